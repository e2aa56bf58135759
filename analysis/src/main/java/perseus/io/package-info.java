/**
 * Reads and writes files safely, and reports to the user: errors, progress, problems of JSON and
 * CSV files, and unknown names with suggestions.
 *
 * <p>Nothing here knows about training, GPUs or plans.
 */
package perseus.io;
