/**
 * Calls CUDA's driver library, and other native libraries, by the names of their functions.
 *
 * <p>Code in {@code perseus.cuda} may use no other package of the project except {@code
 * perseus.io}.
 */
package perseus.cuda;
