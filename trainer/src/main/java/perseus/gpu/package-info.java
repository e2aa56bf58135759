/**
 * Defines what is needed of a GPU to measure and save energy: clocks that can be locked, and an
 * energy counter.
 *
 * <p>Code for a specific kind of GPU may not be in {@code perseus.gpu}; each kind of GPU has a
 * sub-package.
 */
package perseus.gpu;
