package perseus.profile;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import perseus.pipeline.Instruction;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Collects the profile rows that are left out because a rank of the stage did not record them, and
 * warns about them. A profile row describes one instruction of one stage at one frequency.
 */
final class IncompleteRows {
  /**
   * Maximum number of frequencies that a warning lists one by one. If more than {@code
   * MAX_LISTED_FREQUENCIES} frequencies are left out, a warning states only their number, and the
   * lowest and the highest frequency.
   */
  private static final int MAX_LISTED_FREQUENCIES = 4;

  /** Frequencies in MHz at which profile rows are left out, by stage and instruction. */
  private final TreeMap<Integer, TreeMap<Instruction, TreeSet<Integer>>> frequencies =
      new TreeMap<>();

  private final Map<Integer, Integer> fewestRecorded = new TreeMap<>();
  private final Map<Integer, Integer> ranksOfStage = new TreeMap<>();

  /**
   * @param recorded number of the stage's ranks that recorded the instruction at {@code
   *     frequencyMhz}
   */
  void add(int stage, Instruction instruction, int frequencyMhz, int recorded, int ranks) {
    frequencies
        .computeIfAbsent(stage, s -> new TreeMap<>())
        .computeIfAbsent(instruction, i -> new TreeSet<>())
        .add(frequencyMhz);
    fewestRecorded.merge(stage, recorded, Math::min);
    ranksOfStage.put(stage, ranks);
  }

  /**
   * Adds warnings about the left-out profile rows. One warning names all instructions of a stage
   * that are left out at the same frequencies.
   */
  void report(Warnings warnings) {
    frequencies.forEach(
        (stage, instructions) -> {
          TreeMap<String, TreeSet<Instruction>> byFrequencies = new TreeMap<>();
          instructions.forEach(
              (instruction, mhz) ->
                  byFrequencies
                      .computeIfAbsent(listed(mhz), m -> new TreeSet<>())
                      .add(instruction));
          byFrequencies.forEach(
              (mhz, leftOut) ->
                  warnings.add(
                      new Warning(
                          Warning.Kind.LEFT_OUT,
                          "incomplete, stage " + stage + " at " + mhz,
                          Warning.JOB,
                          instructions.get(leftOut.first()).size(),
                          0,
                          "Stage %d: the profile leaves out %s at %s, because only %d of its %d ranks recorded %s."
                              .formatted(
                                  stage,
                                  leftOut.toString().replaceAll("[\\[\\]]", ""),
                                  mhz,
                                  fewestRecorded.get(stage),
                                  ranksOfStage.get(stage),
                                  leftOut.size() == 1 ? "it" : "them"))));
        });
  }

  private static String listed(TreeSet<Integer> mhz) {
    return mhz.size() <= MAX_LISTED_FREQUENCIES
        ? mhz.descendingSet().toString().replaceAll("[\\[\\]]", "") + " MHz"
        : "%d frequencies from %d to %d MHz".formatted(mhz.size(), mhz.last(), mhz.first());
  }
}
