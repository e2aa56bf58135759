/**
 * Defines a layer of a model by shapes: its parameters, its work, and the tensors that it outputs.
 *
 * <p>No layer of a particular architecture lives here: each architecture has its own package beside
 * this package.
 */
package perseus.model.layer;
