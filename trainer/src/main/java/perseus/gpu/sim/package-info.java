/**
 * Simulates GPUs: time and power at each clock, and an energy counter with the update period, lag
 * and noise of a real one.
 *
 * <p>Code that uses a real GPU may not be in {@code perseus.gpu.sim}.
 */
package perseus.gpu.sim;
