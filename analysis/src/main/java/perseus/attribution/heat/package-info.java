/**
 * Estimates how the power of GPUs changes with their temperature, and gives all energies of a rank
 * at one temperature. Reads no files; temperatures come with the recording of a rank.
 */
package perseus.attribution.heat;
