/**
 * Finds the kind of a file or directory, and writes the error message about a wrong kind.
 *
 * <p>The classes of this package read the names of files, and the first bytes of a file. They do
 * not parse recordings, profiles or plans.
 */
package perseus.io.kind;
