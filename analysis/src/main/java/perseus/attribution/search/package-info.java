/**
 * Estimates the lag and smoothing of the power sensors from a recording, and chooses which powers
 * are fitted for each rank.
 *
 * <p>The package {@code perseus.attribution.search} computes no energies, because {@link
 * perseus.attribution.fit} fits the final powers.
 */
package perseus.attribution.search;
