/**
 * Tells the user what a command has kept when a signal such as Ctrl-C ends it.
 *
 * <p>Code in this package may not depend on a particular command.
 */
package perseus.cli.interruption;
