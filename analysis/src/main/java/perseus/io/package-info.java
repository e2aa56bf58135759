/**
 * Reads and writes files safely, and reports to the user: errors, progress, JSON, spelling
 * suggestions.
 *
 * <p>Nothing here knows about training, GPUs or plans.
 */
package perseus.io;
