/**
 * Defines the interface of schedulers, and the jobs, ranks, frequency schedules and results that
 * pass through it.
 *
 * <p>Code in {@code perseus.control} may not implement a scheduler, use HTTP or access files.
 */
package perseus.control;
