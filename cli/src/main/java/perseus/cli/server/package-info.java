/**
 * Holds the command perseus-server: its flags and environment variables.
 *
 * <p>The server itself is in {@code perseus.control.server}.
 */
package perseus.cli.server;
