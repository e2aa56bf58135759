/**
 * Exchanges tensors between GPUs through NVIDIA's libraries NCCL and CUDA, which are loaded only if
 * they are needed.
 *
 * <p>No class in {@code perseus.transport.nccl} uses pipelines, stages or schedules, and no class
 * outside this package calls NCCL.
 */
package perseus.transport.nccl;
