/**
 * Holds the stage profile (time and energy of each instruction of each stage at each frequency),
 * reads and writes its files, and builds it from recorded energies.
 *
 * <p>The package {@code perseus.profile} neither computes the energy of instructions nor makes
 * plans.
 */
package perseus.profile;
