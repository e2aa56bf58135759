/**
 * Estimates from a recording how the energy counter measures power (its lag and averaging), and how
 * many power levels each instruction has.
 *
 * <p>No energy is computed here; {@link perseus.attribution.fit} fits the final powers.
 */
package perseus.attribution.search;
