/**
 * Describes how an energy counter measures power: its lag, its averaging, and the times of its
 * updates.
 *
 * <p>The classes of {@code perseus.attribution.sensor} fit no powers, which is the task of {@link
 * perseus.attribution.fit}.
 */
package perseus.attribution.sensor;
