/**
 * Writes what a job's rounds measured, as the published server dumps it.
 *
 * <p>Nothing is computed from the measurements here.
 */
package perseus.control.dump;
