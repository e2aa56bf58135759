/**
 * Handles HTTP for the plan server: access, bodies, answers, errors, and limits on slow or large
 * requests.
 *
 * <p>Code here may not depend on jobs or schedules.
 */
package perseus.control.server.http;
