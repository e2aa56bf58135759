/**
 * Describes how a GPU measures power (lag, smoothing and times of its sensor readings), and how its
 * power limit lowers power.
 *
 * <p>The package {@code perseus.attribution.sensor} fits no powers, which is the task of {@link
 * perseus.attribution.fit}.
 */
package perseus.attribution.sensor;
