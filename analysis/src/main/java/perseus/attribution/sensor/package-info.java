/**
 * Describes how an energy counter measures power: its lag, its averaging, and the times of its
 * updates.
 *
 * <p>The classes of {@code perseus.attribution.sensor} fit no powers; {@link
 * perseus.attribution.fit} fits powers.
 */
package perseus.attribution.sensor;
