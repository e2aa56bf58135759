/**
 * Finds what a rank did apart from typical instructions: the time between iterations, and instances
 * of an instruction at special positions of an iteration.
 *
 * <p>The classes of {@code perseus.attribution.activity} use only times of instructions. The
 * package {@link perseus.attribution.search} decides which special activities get separate powers.
 */
package perseus.attribution.activity;
