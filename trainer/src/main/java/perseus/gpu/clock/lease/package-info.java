/**
 * Reserves GPUs for one run by files (leases), so that no other run on the host sets their clocks.
 *
 * <p>Code that sets clocks or opens GPUs may not be in {@code perseus.gpu.clock.lease}.
 */
package perseus.gpu.clock.lease;
