/**
 * Computes the reproducible random numbers of training and of the simulation.
 *
 * <p>Code that uses the random numbers may not be in {@code perseus.random}.
 */
package perseus.random;
