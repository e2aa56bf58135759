/**
 * Holds the stage profile (the time and energy of each instruction of each stage at each
 * frequency), reads and writes its files, and builds it from the energies of ranks.
 *
 * <p>Code that computes the energy of instructions from recordings, or makes plans, may not be in
 * this package.
 */
package perseus.profile;
