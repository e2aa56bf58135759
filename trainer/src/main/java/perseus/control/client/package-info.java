/**
 * Connects a training job to a plan server of this project, of the Perseus research release or of
 * Zeus.
 *
 * <p>Code here may not choose frequencies.
 */
package perseus.control.client;
