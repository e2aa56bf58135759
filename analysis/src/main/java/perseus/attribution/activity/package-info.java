/**
 * Separates the activities of a rank that may draw another power than typical instances of its
 * instructions.
 *
 * <p>The package {@code perseus.attribution.activity} uses only the times of instructions. The
 * package {@link perseus.attribution.search} decides which activities get a separate power.
 */
package perseus.attribution.activity;
