/**
 * Trains under a plan server: this project's, the research release's or Zeus's.
 *
 * <p>No scheduler runs here.
 */
package perseus.control.client;
