package perseus.attribution.activity;

import java.util.Arrays;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;

/** Visits the records of an instruction log with their positions in the iteration. */
final class Instances {
  @FunctionalInterface
  interface Visitor {
    /**
     * @param record index of the record in the instruction log
     * @param position number of earlier records of the same instruction in the same iteration
     */
    void accept(int record, int position);
  }

  private Instances() {}

  static void forEach(Segment segment, Visitor visitor) {
    InstructionLog log = segment.instructions();
    int[] position = new int[log.kinds().size()];
    int iteration = 0;
    for (int i = segment.from(); i < segment.to(); i++) {
      if (iteration < segment.iterations().length && segment.iterations()[iteration] == i) {
        Arrays.fill(position, 0);
        iteration++;
      }
      visitor.accept(i, position[log.kind()[i]]++);
    }
  }
}
