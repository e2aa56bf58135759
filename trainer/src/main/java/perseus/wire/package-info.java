/**
 * Connects the processes of a job: accepting ports, authentication, JSON messages, daemon threads.
 *
 * <p>Nothing here knows what the messages mean.
 */
package perseus.wire;
