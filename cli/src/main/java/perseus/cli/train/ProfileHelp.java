package perseus.cli.train;

/** Holds the sentences at the end of the help of {@code perseus-profile} and {@code run.sh}. */
final class ProfileHelp {
  static final String PROFILE_EXAMPLES =
      """

      Examples:
        perseus-profile gpt3-xl 8 128 --engine virtual --output_dir runs/xl
        perseus-profile gpt3-xl 8 128 --engine virtual --plan plan.py
        perseus-profile gpt3-small 4 8 --pp 2 --gpu nvml --precision bf16""";

  static final String TRAIN_EXAMPLES =
      """

      Examples:
        bash run.sh gpt3-nano 4 8 --pp 2 --max_steps 100
        bash run.sh gpt3-nano 4 8 --pp 2 --export_timing_csv true --num_prof_steps 5""";

  static final String ENVIRONMENT =
      """

      Environment: NNODES, NODE_RANK, MASTER_ADDR, MASTER_PORT, NUM_GPUS, CUDA_VISIBLE_DEVICES, PERSEUS_EXTENSIONS, PERSEUS_JOB_SECRET, PERSEUS_TOKEN, PERSEUS_CLOCK_CONTROL, PERSEUS_LEASE_DIR, NCCL_LIBRARY, PYTORCH_LIBRARY_PATH, DJL_CACHE_DIR; see docs/training.md, docs/gpus.md and docs/extending.md.""";

  private ProfileHelp() {}
}
