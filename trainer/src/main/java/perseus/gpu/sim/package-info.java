/**
 * Simulates GPUs: the time and the power of work at each clock, the temperature, and sensors with
 * the lag and noise of real ones.
 *
 * <p>Code that uses a real GPU may not be in {@code perseus.gpu.sim}.
 */
package perseus.gpu.sim;
