/**
 * Fits the powers of one rank at one frequency by least squares, with the sensor known, and
 * computes their standard errors.
 *
 * <p>No sensor is searched for here and no result is judged.
 */
package perseus.attribution.fit;
