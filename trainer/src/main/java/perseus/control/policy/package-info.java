/**
 * Implements the schedulers, each in one class that also reads its arguments.
 *
 * <p>A scheduler in {@code perseus.control.policy} may use only rounds and results; it may not use
 * HTTP, processes or GPUs.
 */
package perseus.control.policy;
