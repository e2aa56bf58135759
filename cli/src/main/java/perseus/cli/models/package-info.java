/**
 * Implements {@code perseus-profile models}, which lists the models that can be trained.
 *
 * <p>Code that describes models belongs to {@code perseus.model} and may not be in this package.
 */
package perseus.cli.models;
