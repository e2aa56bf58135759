/**
 * Reads and writes files safely, explains faults in files to the user, reports progress, and ends
 * interrupted work.
 *
 * <p>The classes of {@code perseus.io} know nothing about training, GPUs or plans.
 */
package perseus.io;
