/**
 * Reads the measurements that were published with the Perseus paper, from the user's copy of them.
 *
 * <p>Classes of this package compute no savings, and contain no measured values.
 */
package perseus.evaluation.published;
