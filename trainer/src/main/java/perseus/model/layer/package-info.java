/**
 * Defines a layer of a model by shapes: its parameters, its work, and the tensors that it outputs.
 *
 * <p>The package {@code perseus.model.layer} contains no layer of a particular architecture: each
 * architecture has its own package beside it.
 */
package perseus.model.layer;
