/**
 * Sets the clocks and power limits of real GPUs for a run, and resets them even if the run is
 * killed.
 *
 * <p>Code that measures energy may not be in {@code perseus.gpu.clock}. Code in other packages may
 * not set a clock or a power limit of a real GPU.
 */
package perseus.gpu.clock;
