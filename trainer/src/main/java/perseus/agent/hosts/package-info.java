/**
 * Connects the agents of a job on several hosts, checks that they belong to one job, and carries
 * the reports of ranks to node 0 and its commands to the ranks.
 *
 * <p>No class in {@code perseus.agent.hosts} decides about schedules or writes recordings.
 */
package perseus.agent.hosts;
