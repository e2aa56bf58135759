package perseus.attribution.clock;

import java.util.List;
import java.util.stream.IntStream;
import perseus.numeric.Sorted;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;

/**
 * Holds the times at which forwards, or all other instructions, start and end. For each time, it
 * also holds the total running time of these instructions before.
 */
record BusyTime(double[] edges, double[] seconds) {
  static BusyTime of(InstructionLog log, double first, double last, boolean forwards) {
    List<Boolean> wanted = log.kinds().stream().map(kind -> isForward(kind) == forwards).toList();
    int[] records =
        IntStream.range(Sorted.firstFrom(log.end(), first), log.size())
            .takeWhile(i -> log.start()[i] < last)
            .filter(i -> log.end()[i] > first && wanted.get(log.kind()[i]))
            .toArray();
    double[] edges = new double[2 * records.length];
    double[] seconds = new double[2 * records.length];
    double sum = 0;
    for (int k = 0; k < records.length; k++) {
      double start = log.start()[records[k]];
      double end = log.end()[records[k]];
      edges[2 * k] = start;
      seconds[2 * k] = sum;
      sum += end - start;
      edges[2 * k + 1] = end;
      seconds[2 * k + 1] = sum;
    }
    return new BusyTime(edges, seconds);
  }

  private static boolean isForward(Instruction kind) {
    return ChunkInstruction.of(kind).instruction().equals(Instruction.FORWARD);
  }

  double until(double time) {
    int after = Sorted.firstFrom(edges, time);
    if (after == 0) {
      return 0;
    }
    if (after == edges.length) {
      return seconds[after - 1];
    }
    double slope = (seconds[after] - seconds[after - 1]) / (edges[after] - edges[after - 1]);
    return slope > 0 ? seconds[after - 1] + time - edges[after - 1] : seconds[after - 1];
  }
}
