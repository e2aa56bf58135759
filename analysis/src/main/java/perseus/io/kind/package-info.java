/**
 * Says what a file or directory is if the user named one of a wrong kind.
 *
 * <p>The classes of this package look at the names of files only. They do not read recordings,
 * profiles or plans.
 */
package perseus.io.kind;
