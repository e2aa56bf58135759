/**
 * Describes how an energy counter measures power: its lag, the share of an interval that it
 * averages, and the regular times of its updates.
 *
 * <p>No power is fitted here.
 */
package perseus.attribution.sensor;
