/**
 * Compares and corrects the clocks with which instructions, energy counter and power samples were
 * recorded.
 *
 * <p>The package {@code perseus.attribution.clock} fits no powers. The package {@link
 * perseus.attribution.search} decides by fitted powers which clock is wrong.
 */
package perseus.attribution.clock;
