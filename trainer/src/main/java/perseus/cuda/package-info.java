/**
 * Calls CUDA's driver library, and other native libraries, by the names of their functions.
 *
 * <p>Code in {@code perseus.cuda} may not know what the rest of the project uses GPUs for.
 */
package perseus.cuda;
