/**
 * Fits the powers of one rank at one frequency by least squares, with known parameters of the
 * energy counter, and computes their standard errors.
 *
 * <p>The classes of {@code perseus.attribution.fit} neither estimate the parameters of the energy
 * counter nor check results for plausibility.
 */
package perseus.attribution.fit;
