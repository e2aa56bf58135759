/**
 * Fits the powers of one rank at one frequency by least squares, with known parameters of the
 * energy counter, and computes their standard errors.
 *
 * <p>The package {@code perseus.attribution.fit} neither estimates the parameters of the energy
 * counter nor checks results for plausibility.
 */
package perseus.attribution.fit;
