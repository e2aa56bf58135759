/**
 * Starts DJL and PyTorch: offline, without telemetry, with the native libraries in place.
 *
 * <p>No tensor is computed here.
 */
package perseus.tensor.runtime;
