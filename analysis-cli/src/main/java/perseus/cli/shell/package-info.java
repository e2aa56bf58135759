/**
 * Describes the flags of commands for other programs: completion scripts for shells, and pages for
 * {@code man}.
 *
 * <p>Code in this package may not run a command or depend on a particular command.
 */
package perseus.cli.shell;
