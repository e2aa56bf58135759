package perseus.pipeline;

/**
 * Describes one operation of an iteration: an instruction that a stage executes for one microbatch
 * or once per iteration. An operation is a node of an {@link IterationDag}.
 *
 * @param index position of the operation in {@link IterationDag#operations()}
 * @param stage number of the pipeline stage that executes the operation, from 0
 * @param instruction kind of instruction, such as forward
 * @param microbatch number of the microbatch, from 0, or {@link Step#EVERY_MICROBATCH} if the
 *     operation runs once per iteration
 */
public record Operation(int index, int stage, Instruction instruction, int microbatch) {
  @Override
  public String toString() {
    return microbatch == Step.EVERY_MICROBATCH
        ? "%s of stage %d".formatted(instruction, stage)
        : "%s of stage %d, microbatch %d".formatted(instruction, stage, microbatch);
  }
}
