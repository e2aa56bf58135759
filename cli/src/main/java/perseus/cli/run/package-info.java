/**
 * Implements the command `perseus-run`, which records and steers a training job of any framework.
 *
 * <p>Classes in {@code perseus.cli.run} read flags, start the agent (the part of {@code
 * perseus-run} that starts and records the training command) and print its results.
 */
package perseus.cli.run;
