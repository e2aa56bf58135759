/**
 * Determines the nodes of a job from the environment variables that the user, Slurm, MPI or
 * torchrun has set.
 *
 * <p>Code that opens connections or starts processes may not be in {@code perseus.cluster}.
 */
package perseus.cluster;
