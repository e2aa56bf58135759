/**
 * Defines the two HTTP dialects (Perseus research release and Zeus) in which jobs call plan
 * servers: job ids, bodies and headers.
 *
 * <p>Code in {@code perseus.control.protocol} may not open or accept connections, and may not check
 * the values in bodies.
 */
package perseus.control.protocol;
