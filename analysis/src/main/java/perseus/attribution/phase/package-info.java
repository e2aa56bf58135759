/**
 * Describes how another phase of a job differs from the recording to which powers were fitted: its
 * waits and its clocks.
 *
 * <p>Powers and energies are computed in {@code perseus.attribution.fit}.
 */
package perseus.attribution.phase;
