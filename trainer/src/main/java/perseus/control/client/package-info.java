/**
 * Connects a training job to a plan server of this project, of the Perseus research release or of
 * Zeus.
 *
 * <p>Code in {@code perseus.control.client} may not choose the frequencies of GPUs.
 */
package perseus.control.client;
