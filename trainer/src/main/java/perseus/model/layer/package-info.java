/**
 * Defines a layer of a model by shapes: its parameters, its work, and the tensors that it outputs.
 *
 * <p>The layers of particular architectures are in the sister packages of {@code perseus.model}.
 */
package perseus.model.layer;
