/**
 * Holds the command perseus-server: its flags and environment variables.
 *
 * <p>Code of the server itself belongs to {@code perseus.control.server} and may not be here.
 */
package perseus.cli.server;
