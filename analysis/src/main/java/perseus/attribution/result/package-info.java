/**
 * Holds the results of an attribution method: energies and durations of each kind of instruction,
 * blocking powers, and their standard errors.
 *
 * <p>The classes of {@code perseus.attribution.result} only hold values and compute means of these
 * values; they do not use the recording itself.
 */
package perseus.attribution.result;
