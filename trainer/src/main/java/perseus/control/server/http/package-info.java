/**
 * Handles HTTP for the plan server: access, bodies, answers, errors, and limits on slow or large
 * requests.
 *
 * <p>Code in {@code perseus.control.server.http} may not depend on jobs or frequency schedules.
 */
package perseus.control.server.http;
