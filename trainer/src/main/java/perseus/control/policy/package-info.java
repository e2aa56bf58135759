/**
 * Holds the schedulers by name, one class each, with the arguments each takes.
 *
 * <p>A scheduler knows rounds and results; it knows no HTTP, no rank process and no GPU.
 */
package perseus.control.policy;
