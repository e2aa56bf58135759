/**
 * Connects a training job to a plan server of this project, of the research release or of Zeus.
 *
 * <p>Nothing here chooses frequencies.
 */
package perseus.control.client;
