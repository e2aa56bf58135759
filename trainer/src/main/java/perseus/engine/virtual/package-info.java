/**
 * Simulates all ranks of a job on a virtual clock, in this process.
 *
 * <p>No class in {@code perseus.engine.virtual} uses the wall clock, other processes or tensors.
 */
package perseus.engine.virtual;
