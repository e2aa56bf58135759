/**
 * Holds small numeric methods that Commons Math lacks.
 *
 * <p>The classes of {@code perseus.numeric} know nothing about units or files.
 */
package perseus.numeric;
