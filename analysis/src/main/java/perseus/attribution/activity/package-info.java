/**
 * Finds what a rank did apart from typical instructions: the time between iterations, and instances
 * of an instruction at special positions of an iteration.
 *
 * <p>The classes of {@code perseus.attribution.activity} use only times of instructions. Whether a
 * special activity has a power of its own is decided in {@link perseus.attribution.search}.
 */
package perseus.attribution.activity;
