/**
 * Says what a command has kept when a signal such as Ctrl-C ends it.
 *
 * <p>Nothing in this package knows a particular command.
 */
package perseus.cli.interruption;
