/**
 * Simulates GPUs: time and power at each clock, and an energy counter that steps and lags as a real
 * one does.
 *
 * <p>Nothing here touches a real GPU.
 */
package perseus.gpu.sim;
