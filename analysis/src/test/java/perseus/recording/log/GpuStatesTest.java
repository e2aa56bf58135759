package perseus.recording.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Instruction;

class GpuStatesTest {
  private static final Path FILE = Path.of("instructions-0.csv");

  @Test
  void onlyReadingsDuringInstructionsOfTheSegmentsCount() {
    InstructionLog log =
        InstructionLog.of(
            FILE,
            List.of(Instruction.FORWARD, Instruction.BACKWARD, Instruction.FORWARD),
            new double[] {10, 12, 20},
            new double[] {11, 14, 21});
    EnergyLog none =
        EnergyLog.of(Path.of("time-energy-0.csv"), new double[] {9, 22}, new double[] {0, 1});
    // Only the clocks 1500, 1700 and 900 MHz were read while an instruction ran.
    double[] times = {9.5, 10.5, 11, 11.5, 13, 17, 20.5};
    double[] clocks = {1, 1500, 2, 3, 1700, 4, 900};
    GpuStates states = new GpuStates(times, clocks, new double[7]);
    Segment first = new Segment(log, none, 0, 2, 10, 15);
    StatisticalSummary ofFirst = states.smMhzDuring(List.of(first));
    assertThat(ofFirst.getN()).isEqualTo(2);
    assertThat(ofFirst.getMean()).isEqualTo(1600);
    Segment last = new Segment(log, none, 2, 3, 20, 21);
    StatisticalSummary ofBoth = states.smMhzDuring(List.of(first, last));
    assertThat(ofBoth.getN()).isEqualTo(3);
    assertThat(ofBoth.getMin()).isEqualTo(900);
    assertThat(GpuStates.NONE.smMhzDuring(List.of(first)).getN()).isZero();
  }
}
