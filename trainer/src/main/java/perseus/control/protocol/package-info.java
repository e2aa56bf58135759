/**
 * Defines the JSON bodies and headers of the two HTTP dialects (Perseus research release and Zeus)
 * in which jobs call plan servers.
 *
 * <p>Code in {@code perseus.control.protocol} may not open connections or check the values in
 * bodies.
 */
package perseus.control.protocol;
