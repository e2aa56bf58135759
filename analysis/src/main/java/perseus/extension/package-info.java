/**
 * Finds the classes with which users extend Perseus, and explains what is wrong with a class that
 * cannot be used.
 *
 * <p>No kind of extension is known in {@code perseus.extension}: each kind, such as planners, has
 * its registry in its own package.
 */
package perseus.extension;
