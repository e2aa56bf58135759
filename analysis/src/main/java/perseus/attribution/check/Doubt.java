package perseus.attribution.check;

/**
 * Says that times and energies of one rank at one frequency may be wrong.
 *
 * @param rank global rank
 * @param frequencyMhz frequency of the rows in MHz
 * @param relative standard error of times and energies that the doubt adds, as a share of them
 */
record Doubt(int rank, int frequencyMhz, double relative) {}
