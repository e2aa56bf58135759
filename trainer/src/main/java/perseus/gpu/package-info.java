/**
 * A GPU as an energy engineer sees it: clocks that can be locked, a cumulative energy counter,
 * limits. Real GPUs and simulated ones behind one interface.
 */
package perseus.gpu;
