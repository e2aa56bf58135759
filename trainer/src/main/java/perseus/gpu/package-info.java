/**
 * Defines a GPU as an energy engineer sees it: clocks that can be locked, and an energy counter.
 *
 * <p>Implementations are in sub-packages.
 */
package perseus.gpu;
