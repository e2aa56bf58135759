/**
 * Starts the training command as a child process, and passes signals on to it.
 *
 * <p>No class in {@code perseus.agent.command} knows ranks, GPUs or schedules.
 */
package perseus.agent.command;
