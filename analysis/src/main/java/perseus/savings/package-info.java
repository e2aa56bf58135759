/**
 * Computes the tables of the Perseus paper (SOSP 2024): the energy that plans save, without a
 * straggler, with one, and over a fleet of pipelines.
 *
 * <p>No plan is made here; plans and measurements come from files.
 */
package perseus.savings;
