package perseus.attribution.fit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import perseus.pipeline.Instruction;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;

/** Creates random instructions and a counter with random updates, for tests. */
final class RandomWindow {
  static final List<Instruction> KINDS = List.of(Instruction.BACKWARD, Instruction.FORWARD);

  /** Maximum absolute lag in seconds for which all returned updates lie in the recorded time. */
  static final double MAX_LAG_SECONDS = 0.2;

  final InstructionLog instructions;
  final EnergyLog energy;
  final Segment segment;

  RandomWindow(long seed, int records) {
    Random random = new Random(seed);
    int[] kind = new int[records];
    double[] start = new double[records];
    double[] end = new double[records];
    double time = 100;
    for (int i = 0; i < records; i++) {
      kind[i] = random.nextInt(KINDS.size());
      start[i] = time + (random.nextInt(4) == 0 ? 0 : 0.05 * random.nextDouble());
      end[i] = start[i] + 0.2 * random.nextDouble();
      time = end[i];
    }
    int[] ordinal = new int[records];
    int[] counts = new int[KINDS.size()];
    Arrays.setAll(ordinal, i -> counts[kind[i]]++);
    instructions =
        new InstructionLog(
            Path.of("instructions-0.csv"),
            KINDS,
            counts,
            kind,
            start,
            end,
            ordinal,
            new boolean[records]);
    int readings = (int) ((time - 100) / 0.1) + 20;
    double[] times = new double[readings];
    double[] joules = new double[readings];
    boolean[] usable = new boolean[readings];
    for (int i = 0; i < readings; i++) {
      times[i] = (i == 0 ? 99 : times[i - 1]) + 0.02 + 0.16 * random.nextDouble();
      joules[i] = (i == 0 ? 0 : joules[i - 1]) + 40 * random.nextDouble();
      usable[i] = i > 0;
    }
    energy = new EnergyLog(Path.of("time-energy-0.csv"), times, joules, usable);
    segment = new Segment(instructions, energy, 0, records, start[0], end[records - 1]);
  }

  /**
   * Returns the updates that lie in the recorded time for all lags up to {@link #MAX_LAG_SECONDS}.
   */
  CounterUpdates updates() {
    return CounterUpdates.of(List.of(segment), -MAX_LAG_SECONDS, MAX_LAG_SECONDS);
  }

  /** Returns columns with the same number of time sections for each instruction. */
  static PowerColumns columns(int parts) {
    return columns(KINDS, kind -> parts);
  }

  /** Returns columns with the given number of time sections for each instruction. */
  static PowerColumns columns(List<Instruction> kinds, ToIntFunction<Instruction> parts) {
    return PowerColumns.of(
        kinds,
        new PowerModel(kinds.stream().collect(Collectors.toMap(kind -> kind, parts::applyAsInt))));
  }
}
