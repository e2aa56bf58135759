/**
 * Holds the results of an attribution: energies and durations per instruction, blocking power, and
 * their standard errors.
 *
 * <p>Values and their means only; nothing is computed from a recording here.
 */
package perseus.attribution.result;
