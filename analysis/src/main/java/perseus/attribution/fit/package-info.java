/**
 * Fits the powers of one rank at one frequency by least squares, with known parameters of the
 * energy counter, and computes their standard errors.
 *
 * <p>The parameters of the energy counter are not estimated here, and the results are not checked
 * for plausibility.
 */
package perseus.attribution.fit;
