/**
 * Implements {@code perseus-profile models}, which lists the models that can be trained.
 *
 * <p>What a model is, belongs to {@code perseus.model}.
 */
package perseus.cli.models;
