/**
 * Runs Java cells of notebooks: a kernel for Jupyter that has the analysis on its class path.
 *
 * <p>Code in {@code perseus.notebook} may not compute times, energies or plans, and no other module
 * may use this package.
 */
package perseus.notebook;
