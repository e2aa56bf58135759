/**
 * Connects the agents of a job on several hosts, and carries measurements to node 0 and frequency
 * schedules to the ranks.
 *
 * <p>Code in {@code perseus.agent.hosts} may not choose frequency schedules or write logs.
 */
package perseus.agent.hosts;
