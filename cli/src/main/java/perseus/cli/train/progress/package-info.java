/**
 * Shows how far a training run is, on a screen or in a log file.
 *
 * <p>Results of a training run may not be printed in {@code perseus.cli.train.progress}, except the
 * loss and the speed.
 */
package perseus.cli.train.progress;
