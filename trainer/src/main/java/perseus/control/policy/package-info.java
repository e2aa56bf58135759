/**
 * Holds the schedulers, one class each, with the arguments that each takes.
 *
 * <p>A scheduler works with rounds and results only; it must not use HTTP, processes or GPUs.
 */
package perseus.control.policy;
