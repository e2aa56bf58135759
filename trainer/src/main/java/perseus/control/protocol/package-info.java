/**
 * Defines the two HTTP dialects between jobs and plan servers: job ids, bodies and headers.
 *
 * <p>Code here may not open or accept connections or check values.
 */
package perseus.control.protocol;
