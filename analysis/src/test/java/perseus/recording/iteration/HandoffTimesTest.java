package perseus.recording.iteration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Instruction;
import perseus.recording.log.Handoffs;
import perseus.recording.log.InstructionLog;

class HandoffTimesTest {
  private static final double NONE = Double.NaN;
  private static final int LOAD = 0;
  private static final int FORWARD = 1;
  private static final int BACKWARD = 2;

  /**
   * Kinds of the records of two iterations with two microbatches each. Only the first iteration
   * begins with a load.
   */
  private static final int[] KINDS = {
    LOAD, FORWARD, FORWARD, BACKWARD, BACKWARD, FORWARD, FORWARD, BACKWARD, BACKWARD
  };

  /** Record i lasts from 10 i to 10 i + 8 seconds. */
  private static InstructionLog log(int damagedRecord) {
    int size = KINDS.length;
    double[] start = new double[size];
    double[] end = new double[size];
    int[] ordinal = new int[size];
    boolean[] damaged = new boolean[size];
    int[] counts = new int[3];
    for (int i = 0; i < size; i++) {
      start[i] = 10 * i;
      end[i] = start[i] + 8;
      ordinal[i] = counts[KINDS[i]]++;
      damaged[i] = i == damagedRecord;
    }
    List<Instruction> kinds = List.of(Instruction.LOAD, Instruction.FORWARD, Instruction.BACKWARD);
    return new InstructionLog(
        Path.of("instructions-0.csv"), kinds, counts, KINDS, start, end, ordinal, damaged);
  }

  private static Handoffs handoffs(int damagedRecord, int length) {
    return HandoffTimes.of(IterationAssignment.counted(log(damagedRecord), 2), length);
  }

  @Test
  void firstForwardAndBackwardOfEachIterationAreFound() {
    Handoffs handoffs = handoffs(-1, 2);
    assertThat(handoffs.loadStart()).containsExactly(0, NONE);
    assertThat(handoffs.forwardStart()).containsExactly(10, 50);
    assertThat(handoffs.forwardEnd()).containsExactly(18, 58);
    assertThat(handoffs.backwardStart()).containsExactly(30, 70);
    assertThat(handoffs.backwardEnd()).containsExactly(38, 78);
  }

  @Test
  void damagedAndMissingIterationsAreNan() {
    Handoffs handoffs = handoffs(3, 3);
    assertThat(handoffs.loadStart()).containsExactly(NONE, NONE, NONE);
    assertThat(handoffs.forwardStart()).containsExactly(NONE, 50, NONE);
    assertThat(handoffs.backwardEnd()).containsExactly(NONE, 78, NONE);
  }
}
