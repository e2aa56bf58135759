/**
 * Simulates GPUs: time and power at each clock, and an energy counter with the update period, lag
 * and noise of a real one.
 *
 * <p>No real GPU is used here.
 */
package perseus.gpu.sim;
