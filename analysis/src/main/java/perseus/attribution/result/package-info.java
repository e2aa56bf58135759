/**
 * Holds the results of an attribution: energies and durations per instruction, blocking power, and
 * their standard errors.
 *
 * <p>The classes here hold values and compute means of them; they compute nothing from a recording.
 */
package perseus.attribution.result;
