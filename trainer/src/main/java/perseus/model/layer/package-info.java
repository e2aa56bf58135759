/**
 * Defines a layer of a model: parameters, work, and output shapes.
 *
 * <p>Architectures are in the sister packages.
 */
package perseus.model.layer;
