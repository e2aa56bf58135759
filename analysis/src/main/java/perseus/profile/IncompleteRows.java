package perseus.profile;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import perseus.pipeline.Instruction;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/** Rows that are left out because not every rank of a stage recorded them. */
final class IncompleteRows {
  /** So many frequencies are named one by one. */
  private static final int FEW = 4;

  /** Frequencies in MHz by stage, then by instruction. */
  private final TreeMap<Integer, TreeMap<Instruction, TreeSet<Integer>>> frequencies =
      new TreeMap<>();

  private final Map<Integer, Integer> fewest = new TreeMap<>();
  private final Map<Integer, Integer> ranksOfStage = new TreeMap<>();

  /** Notes that only {@code recorded} of a stage's {@code ranks} have an instruction's row. */
  void add(int stage, Instruction instruction, int frequencyMhz, int recorded, int ranks) {
    frequencies
        .computeIfAbsent(stage, s -> new TreeMap<>())
        .computeIfAbsent(instruction, i -> new TreeSet<>())
        .add(frequencyMhz);
    fewest.merge(stage, recorded, Math::min);
    ranksOfStage.put(stage, ranks);
  }

  /** Warns once per stage and set of frequencies. */
  void report(Warnings warnings) {
    frequencies.forEach(
        (stage, instructions) -> {
          TreeMap<String, TreeSet<Instruction>> alike = new TreeMap<>();
          instructions.forEach(
              (instruction, mhz) ->
                  alike.computeIfAbsent(named(mhz), m -> new TreeSet<>()).add(instruction));
          alike.forEach(
              (mhz, left) ->
                  warnings.add(
                      new Warning(
                          Warning.Kind.LEFT_OUT,
                          "incomplete, stage " + stage + " at " + mhz,
                          Warning.JOB,
                          instructions.get(left.first()).size(),
                          0,
                          "Stage %d's %s at %s left out: only %d of its %d ranks recorded %s."
                              .formatted(
                                  stage,
                                  left.toString().replaceAll("[\\[\\]]", ""),
                                  mhz + (left.size() == 1 ? " is" : " are"),
                                  fewest.get(stage),
                                  ranksOfStage.get(stage),
                                  left.size() == 1 ? "it" : "them"))));
        });
  }

  private static String named(TreeSet<Integer> mhz) {
    return mhz.size() <= FEW
        ? mhz.descendingSet().toString().replaceAll("[\\[\\]]", "") + " MHz"
        : "%d frequencies from %d to %d MHz".formatted(mhz.size(), mhz.last(), mhz.first());
  }
}
