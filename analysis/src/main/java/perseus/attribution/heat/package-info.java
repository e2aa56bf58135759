/**
 * Estimates how power changes with temperature, and converts all energies of a rank to one
 * temperature.
 *
 * <p>The package {@code perseus.attribution.heat} reads no file, because the recording of a rank
 * contains the temperatures.
 */
package perseus.attribution.heat;
