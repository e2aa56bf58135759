/**
 * Computes the tables of the Perseus paper (SOSP 2024): the energy that plans save without a
 * straggler, with a straggler, and over a fleet of pipelines.
 *
 * <p>Plans and measurements come from other packages; code that makes plans or draws charts may not
 * be here.
 */
package perseus.savings;
