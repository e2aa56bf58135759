/**
 * Reads and writes files safely, and words what the user is told: errors, progress, JSON and CSV
 * problems, unknown names with suggestions.
 *
 * <p>Nothing here knows about training, GPUs or plans.
 */
package perseus.io;
