/**
 * Reads and writes files safely, and makes messages for the user: progress, errors, faults in JSON
 * and CSV files, and suggestions for unknown names.
 *
 * <p>The classes of {@code perseus.io} know nothing about training, GPUs or plans.
 */
package perseus.io;
