/**
 * Estimates how power changes with temperature, and gives all energies of a rank at one
 * temperature.
 *
 * <p>The classes of this package read no file; they get the temperatures from the recording of a
 * rank.
 */
package perseus.attribution.heat;
