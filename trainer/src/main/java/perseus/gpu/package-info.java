/**
 * Defines what is needed of a GPU to measure and save energy: clocks that can be locked, and an
 * energy counter.
 *
 * <p>No implementation is here: each has a sub-package.
 */
package perseus.gpu;
