/**
 * Defines the scheduler interface and its values: jobs, ranks, rounds and results.
 *
 * <p>Code in {@code perseus.control} may not implement a scheduler, use HTTP or access files,
 * because runs with and without a plan server share the scheduler interface and its values.
 */
package perseus.control;
