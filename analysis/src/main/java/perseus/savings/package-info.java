/**
 * Computes the tables of the Perseus paper (SOSP 2024): the energy that plans save without a
 * straggler, with a straggler, and over a fleet of pipelines.
 *
 * <p>Plans and measurements come from elsewhere; nothing here may make plans or draw charts.
 */
package perseus.savings;
