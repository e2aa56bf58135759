/**
 * Connects the processes of a job: ports that accept and authenticate callers, JSON messages,
 * deadlines, daemon threads.
 *
 * <p>No class in {@code perseus.wire} defines the content of messages: the package {@link
 * perseus.job} does that.
 */
package perseus.wire;
