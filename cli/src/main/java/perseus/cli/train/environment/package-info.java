/**
 * Prints what a host offers for measurements on real GPUs: its driver, its GPUs and their sensors,
 * and the rights of the user.
 *
 * <p>Code that sets something on a GPU, and flags, may not be in this package.
 */
package perseus.cli.train.environment;
