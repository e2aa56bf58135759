/**
 * Defines the two HTTP dialects between jobs and plan servers: job ids, bodies and headers.
 *
 * <p>No connection is opened or accepted here, and no value is checked.
 */
package perseus.control.protocol;
