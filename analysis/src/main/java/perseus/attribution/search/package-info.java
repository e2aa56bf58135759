/**
 * Finds the sensor's lag, the share of an interval that it averages, and the number of power levels
 * per instruction, from the recording itself.
 *
 * <p>No energy is reported from here; the final fit is in {@link perseus.attribution.fit}.
 */
package perseus.attribution.search;
