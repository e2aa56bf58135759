/**
 * Finds the classes with which users extend Perseus, and explains what is wrong with a class that
 * cannot be used.
 *
 * <p>The classes of {@code perseus.extension} work for all kinds of extensions, and depend on no
 * particular kind. The registry of each kind, such as planners, is in the package of this kind.
 */
package perseus.extension;
