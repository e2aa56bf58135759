/**
 * Decides which frequencies a job runs at next, and keeps what it measured: schedulers, frequency
 * schedules, results, dumps. The same code serves a run in process and the plan server.
 */
package perseus.control;
