/**
 * Estimates from a recording how the energy counter measures power (its lag and averaging), and how
 * many parts with different powers each kind of instruction has.
 *
 * <p>The classes of {@code perseus.attribution.search} compute no energies, because {@link
 * perseus.attribution.fit} fits the final powers.
 */
package perseus.attribution.search;
