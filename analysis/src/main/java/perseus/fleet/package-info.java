/**
 * Computes the energy, cost and CO2 of a fleet of GPUs that trains with and without a plan.
 *
 * <p>Code that makes or chooses plans belongs to other packages and may not be in this package.
 */
package perseus.fleet;
