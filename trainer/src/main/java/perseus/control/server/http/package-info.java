/**
 * Handles HTTP for the plan server: access, bodies, answers, errors, and limits against slow or
 * large requests.
 *
 * <p>Nothing here may know jobs or schedules.
 */
package perseus.control.server.http;
