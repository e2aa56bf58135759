/**
 * Simulates all ranks of a job on a virtual clock.
 *
 * <p>No wall clock, no process and no tensor is used here.
 */
package perseus.engine.virtual;
