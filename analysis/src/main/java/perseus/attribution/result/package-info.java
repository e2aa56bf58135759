/**
 * Holds the results of an attribution method: energies and durations of each kind of instruction,
 * blocking powers, and their standard errors.
 *
 * <p>The package {@code perseus.attribution.result} only holds values and their means, and does not
 * use the recording.
 */
package perseus.attribution.result;
