/**
 * Reads and writes files safely, makes messages for the user (progress, errors, faults in JSON and
 * CSV files, suggestions for unknown names), and ends interrupted work.
 *
 * <p>The classes of {@code perseus.io} know nothing about training, GPUs or plans.
 */
package perseus.io;
