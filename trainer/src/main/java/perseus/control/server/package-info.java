/** The plan server: jobs over HTTP, in both protocols, with a page to look at. */
package perseus.control.server;
