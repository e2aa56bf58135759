/**
 * Sets the clocks and power limits of real GPUs for a run, and resets them however the run ends:
 * leases, the guard in the launcher, and the watcher process.
 *
 * <p>Code that measures energy may not be in {@code perseus.gpu.clock}, and no other package may
 * set a clock or a power limit of a real GPU.
 */
package perseus.gpu.clock;
