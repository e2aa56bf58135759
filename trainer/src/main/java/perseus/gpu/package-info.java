/**
 * Defines the interface of real GPUs that is needed to measure and save energy: sensors, an energy
 * counter, and clocks that can be locked.
 *
 * <p>Code for a specific kind of GPU may not be in {@code perseus.gpu}; each kind of GPU has a
 * sub-package.
 */
package perseus.gpu;
