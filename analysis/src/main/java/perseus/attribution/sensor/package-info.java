/**
 * Describes how a GPU measures power (lag and smoothing of its energy counter and of its power
 * samples, and the times of their readings), and at which power its power limit holds it.
 *
 * <p>The classes of {@code perseus.attribution.sensor} fit no powers, which is the task of {@link
 * perseus.attribution.fit}.
 */
package perseus.attribution.sensor;
