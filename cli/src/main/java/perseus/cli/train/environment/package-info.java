/**
 * Prints the facts about a host that matter for measurements on real GPUs: its driver, its GPUs and
 * their sensors, and the rights of the user.
 *
 * <p>Code that changes a setting of a GPU, and code that reads flags, may not be in this package.
 */
package perseus.cli.train.environment;
