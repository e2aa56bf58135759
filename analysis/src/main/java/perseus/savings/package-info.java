/**
 * Computes the tables of the Perseus paper (SOSP 2024). The tables show the energy that plans save
 * without a straggler, with a straggler, and over a fleet of pipelines.
 *
 * <p>Code that makes plans, measures energy or draws charts belongs to other packages and may not
 * be in this package.
 */
package perseus.savings;
