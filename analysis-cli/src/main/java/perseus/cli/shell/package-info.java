/**
 * Describes the flags of commands for other programs: completion scripts for shells, and pages for
 * {@code man}.
 *
 * <p>Nothing in this package runs a command, or knows a particular one.
 */
package perseus.cli.shell;
