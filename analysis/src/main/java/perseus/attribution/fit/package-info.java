/**
 * Fits the powers of one rank at one frequency by least squares for a known sensor, and computes
 * their standard errors.
 *
 * <p>No sensor is searched for here, and no result is checked for plausibility.
 */
package perseus.attribution.fit;
