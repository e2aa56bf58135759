/**
 * Holds small numeric methods that Commons Math lacks.
 *
 * <p>Nothing here knows units or files.
 */
package perseus.numeric;
