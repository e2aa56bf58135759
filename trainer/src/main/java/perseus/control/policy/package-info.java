/**
 * Implements the schedulers, one class for each scheduler and its arguments.
 *
 * <p>A scheduler in {@code perseus.control.policy} may use only frequency schedules and measured
 * results. A scheduler may not use HTTP, processes or GPUs.
 */
package perseus.control.policy;
