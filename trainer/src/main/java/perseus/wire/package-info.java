/**
 * Connects the processes of a job: ports that accept and authenticate callers, JSON messages,
 * deadlines, daemon threads.
 *
 * <p>No class here knows what a message means; the messages are in {@link perseus.job}.
 */
package perseus.wire;
