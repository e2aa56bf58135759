/**
 * Defines the scheduler interface and its values: jobs, ranks, rounds and results.
 *
 * <p>Code here may not implement a scheduler, use HTTP or access files, because runs with and
 * without a plan server share these values.
 */
package perseus.control;
