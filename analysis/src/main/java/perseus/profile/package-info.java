/**
 * Holds the stage profile: the time and energy of each instruction of each stage at each frequency,
 * its files, and how it is joined from the energies of ranks.
 *
 * <p>No energy is attributed in this package, and no plan is made.
 */
package perseus.profile;
