/**
 * Sets the clocks and power limits of real GPUs for a run, and resets them however the run ends. A
 * guard in the launcher (the process that starts the ranks) and a watcher process reset the GPUs.
 * Leases (files) reserve the GPUs for the run.
 *
 * <p>Code that measures energy may not be in {@code perseus.gpu.clock}, and no other package may
 * set a clock or a power limit of a real GPU.
 */
package perseus.gpu.clock;
