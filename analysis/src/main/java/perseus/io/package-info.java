/**
 * Reads and writes files safely, and reports to the user: errors, progress, problems of JSON and
 * CSV files, and unknown names with suggestions.
 *
 * <p>The classes here know nothing about training, GPUs or plans.
 */
package perseus.io;
