/**
 * Holds the stage profile (the time and energy of each instruction of each stage at each
 * frequency), reads and writes its files, and builds it from the energies of ranks.
 *
 * <p>No energy is attributed in this package, and no plan is made.
 */
package perseus.profile;
