/**
 * Simulates all ranks of a job on a virtual clock, in this process.
 *
 * <p>No wall clock, no other process and no tensor is used here.
 */
package perseus.engine.virtual;
