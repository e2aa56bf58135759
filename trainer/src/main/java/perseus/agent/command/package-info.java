/**
 * Starts the training command as a child process, passes signals on to it, and ends it.
 *
 * <p>Code in {@code perseus.agent.command} may not use ranks, GPUs or frequency schedules.
 */
package perseus.agent.command;
