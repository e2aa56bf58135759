/**
 * Holds the leases of GPUs: files by which all runs on a host know who may set the clocks of a GPU,
 * and whether that run is alive.
 *
 * <p>Code that sets clocks or opens GPUs may not be in {@code perseus.gpu.clock.lease}.
 */
package perseus.gpu.clock.lease;
