/**
 * Describes how an energy counter measures power: its lag, its averaging, and the times of its
 * updates.
 *
 * <p>No power is fitted here; {@link perseus.attribution.fit} fits powers.
 */
package perseus.attribution.sensor;
