/**
 * Implements the command `perseus-run`, which records a training job of any framework and sets the
 * clocks of its GPUs.
 *
 * <p>Classes in {@code perseus.cli.run} read flags, start and record the training command with the
 * package perseus.agent, and print the results.
 */
package perseus.cli.run;
