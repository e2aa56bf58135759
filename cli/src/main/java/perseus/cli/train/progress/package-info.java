/**
 * Shows how far a training run is, on a screen or in a log file.
 *
 * <p>Code in {@code perseus.cli.train.progress} may print no results of a training run except the
 * loss and the speed.
 */
package perseus.cli.train.progress;
