package perseus.pipeline;

/**
 * One node of an iteration's DAG.
 *
 * @param index position in {@link IterationDag#operations()}
 * @param stage pipeline stage
 * @param instruction what it does
 * @param microbatch with which microbatch, or {@link Step#EVERY_MICROBATCH}
 */
public record Operation(int index, int stage, Instruction instruction, int microbatch) {
  @Override
  public String toString() {
    return microbatch == Step.EVERY_MICROBATCH
        ? "%s of stage %d".formatted(instruction, stage)
        : "%s of stage %d, microbatch %d".formatted(instruction, stage, microbatch);
  }
}
