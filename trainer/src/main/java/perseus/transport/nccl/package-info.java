/**
 * Exchanges tensors between GPUs through NVIDIA's libraries NCCL and CUDA, which are loaded when
 * they are needed.
 *
 * <p>No class in {@code perseus.transport.nccl} knows pipelines, stages or schedules, and no class
 * outside calls NCCL.
 */
package perseus.transport.nccl;
