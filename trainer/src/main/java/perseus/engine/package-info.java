/**
 * Runs training iterations under the frequencies that a scheduler chooses, on real GPUs or in a
 * simulation.
 *
 * <p>No class in {@code perseus.engine} executes an instruction: each engine does that with its
 * implementation of {@link perseus.engine.Cluster}.
 */
package perseus.engine;
