/**
 * Describes how an energy counter sees power: lag, averaging share, and the regular times of its
 * updates.
 *
 * <p>No power is fitted here.
 */
package perseus.attribution.sensor;
