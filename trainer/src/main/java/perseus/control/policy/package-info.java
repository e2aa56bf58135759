/**
 * Implements the schedulers, each in one class that also reads its arguments.
 *
 * <p>A scheduler in {@code perseus.control.policy} may use only the classes of rounds (groups of
 * iterations under one frequency schedule) and results. It may not use HTTP, processes or GPUs.
 */
package perseus.control.policy;
