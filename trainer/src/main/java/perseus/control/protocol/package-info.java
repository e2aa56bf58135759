/**
 * Defines the two HTTP dialects (Perseus research release and Zeus) in which jobs call plan
 * servers: job ids, bodies and headers.
 *
 * <p>Code here may not open or accept connections or check values.
 */
package perseus.control.protocol;
