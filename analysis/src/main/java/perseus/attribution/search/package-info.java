/**
 * Finds the sensor's lag, its averaging share and the number of power levels per instruction, from
 * the recording itself.
 *
 * <p>No energy is reported from here; the final fit is in {@link perseus.attribution.fit}.
 */
package perseus.attribution.search;
