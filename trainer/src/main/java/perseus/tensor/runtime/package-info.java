/**
 * Starts DJL and PyTorch: offline, without telemetry, with the native libraries in place.
 *
 * <p>No tensor is created or computed here.
 */
package perseus.tensor.runtime;
