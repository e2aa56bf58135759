/**
 * Holds the leases of GPUs: files that show to all runs on a host which run may set the clocks of a
 * GPU, and whether that run is alive.
 *
 * <p>Code that sets clocks or opens GPUs may not be in {@code perseus.gpu.clock.lease}.
 */
package perseus.gpu.clock.lease;
