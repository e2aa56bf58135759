/** Training under a plan server: this project's, the research release's or Zeus's. */
package perseus.control.client;
