/**
 * Simulates GPUs: time and power at each clock, temperature, the power limit, and sensors with the
 * periods, low-pass, delay and noise of real ones.
 *
 * <p>Code that uses a real GPU may not be in {@code perseus.gpu.sim}.
 */
package perseus.gpu.sim;
