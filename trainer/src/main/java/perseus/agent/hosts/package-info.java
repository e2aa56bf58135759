/**
 * Connects the agents of a job on several hosts: how they find each other, check that they belong
 * to one job, and tell each other what their ranks have done and shall do.
 *
 * <p>No class in {@code perseus.agent.hosts} decides about schedules or writes recordings.
 */
package perseus.agent.hosts;
