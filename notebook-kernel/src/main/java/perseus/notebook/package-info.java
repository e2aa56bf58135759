/**
 * Runs Java cells of notebooks: a kernel for Jupyter that has the analysis on its class path.
 *
 * <p>Nothing here computes times, energies or plans, and no other module uses this package.
 */
package perseus.notebook;
