/**
 * Starts DJL with PyTorch, without network access and telemetry, and loads the native libraries.
 *
 * <p>Code in {@code perseus.tensor.runtime} may not create tensors or compute with them.
 */
package perseus.tensor.runtime;
