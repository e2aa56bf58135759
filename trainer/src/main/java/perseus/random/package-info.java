/**
 * Computes the reproducible random numbers of training and of the simulation.
 *
 * <p>What the numbers are used for is decided elsewhere.
 */
package perseus.random;
