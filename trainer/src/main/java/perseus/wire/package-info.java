/**
 * Connects the processes of a job: ports that accept and authenticate callers, JSON messages,
 * deadlines, daemon threads.
 *
 * <p>No class here defines the content of messages: the package {@link perseus.job} does that.
 */
package perseus.wire;
