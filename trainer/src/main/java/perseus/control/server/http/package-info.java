/**
 * Handles HTTP for the plan server: access, answers, errors, and limits against slow or large
 * requests.
 *
 * <p>Nothing here knows jobs or schedules.
 */
package perseus.control.server.http;
