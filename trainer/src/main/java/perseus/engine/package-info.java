/**
 * Runs training iterations under the frequencies that a scheduler chooses, for any engine.
 *
 * <p>No instruction is executed here: an engine does that and implements {@link
 * perseus.engine.Cluster}.
 */
package perseus.engine;
