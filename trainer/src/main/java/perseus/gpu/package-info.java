/**
 * Defines the interface of real GPUs that is needed to measure and save energy: sensors, an energy
 * counter, and clocks that can be locked.
 *
 * <p>Code for one kind of GPU is not in {@code perseus.gpu} but in a sub-package.
 */
package perseus.gpu;
