/**
 * Holds the stage profile: the time and energy of each instruction of each stage at each frequency,
 * its files, and how it is made from an attribution.
 *
 * <p>No plan is made here.
 */
package perseus.profile;
