/**
 * Holds the command perseus-server.
 *
 * <p>The server itself is in {@code perseus.control.server}.
 */
package perseus.cli.server;
