/**
 * Holds small numeric methods that Commons Math lacks.
 *
 * <p>The classes here know nothing about units or files.
 */
package perseus.numeric;
