/**
 * Holds the command perseus-server: its flags and environment variables.
 *
 * <p>Code of the plan server itself belongs to {@code perseus.control.server} and may not be in
 * this package.
 */
package perseus.cli.server;
