/**
 * Defines the two HTTP dialects between jobs and plan servers: paths, bodies, headers.
 *
 * <p>No connection is opened or accepted here.
 */
package perseus.control.protocol;
