package perseus.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import perseus.attribution.activity.Activity;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.pipeline.Instruction;

/**
 * Finds computations at single positions of an iteration whose time or energy differs from a
 * typical instance.
 */
final class SpecialInstances {
  /**
   * A computation counts as special if its time or energy differs from a typical instance by at
   * least this fraction.
   */
  private static final double MIN_DIFFERENCE = 0.01;

  private SpecialInstances() {}

  private record Key(int stage, String instruction, int position) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byStage = Integer.compare(stage, other.stage);
      int byName = byStage != 0 ? byStage : instruction.compareTo(other.instruction);
      return byName != 0 ? byName : Integer.compare(position, other.position);
    }
  }

  /** Holds sums of times and energies over all frequencies and ranks of a stage. */
  private static final class Sums {
    private double specialSeconds;
    private double typicalSeconds;
    private double specialJoules;
    private double typicalJoules;
  }

  /**
   * Returns the computations that differ from a typical instance; null if there are none. The time
   * ratio of a computation is its time, divided by the time of a typical instance. The energy ratio
   * is computed in the same way. Both ratios use sums over all GPUs of the stage.
   */
  static List<SpecialInstance> of(Attributed attributed, StageLayout layout, int microbatches) {
    Map<Key, Sums> sums = new TreeMap<>();
    for (RankEnergy rank : attributed.ranks()) {
      for (WindowEnergy window : rank.windows()) {
        for (InstructionEnergy special : window.special()) {
          Instruction logged = Activity.instruction(special.instruction());
          InstructionEnergy typical = window.of(logged);
          if (Activity.hasPosition(special.instruction()) && typical != null) {
            Key key =
                new Key(
                    layout.stage(rank.place().ppRank(), logged),
                    layout.instruction(logged).name(),
                    Activity.position(special.instruction()));
            Sums found = sums.computeIfAbsent(key, k -> new Sums());
            found.specialSeconds += special.durations().mean();
            found.typicalSeconds += typical.durations().mean();
            found.specialJoules += special.energyJoules();
            found.typicalJoules += typical.energyJoules();
          }
        }
      }
    }
    List<SpecialInstance> instances = new ArrayList<>();
    sums.forEach(
        (key, found) -> {
          double time = found.specialSeconds / found.typicalSeconds;
          double energy = found.specialJoules / found.typicalJoules;
          SpecialInstance instance =
              new SpecialInstance(
                  key.stage, key.instruction, key.position, microbatches, time, energy);
          boolean differs = Math.max(Math.abs(time - 1), Math.abs(energy - 1)) > MIN_DIFFERENCE;
          if (differs && instance.isSensible()) {
            instances.add(instance);
          }
        });
    return instances.isEmpty() ? null : List.copyOf(instances);
  }
}
