/**
 * Holds the results of an attribution: energies and durations per instruction, waiting power, and
 * how well they are known.
 *
 * <p>Values only; nothing is computed from a recording here.
 */
package perseus.attribution.result;
