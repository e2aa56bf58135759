/**
 * Estimates how power changes with temperature, and gives all energies of a rank at one
 * temperature.
 *
 * <p>No file is read here: temperatures come with the recording of a rank.
 */
package perseus.attribution.heat;
