package perseus.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.pipeline.RecordedSchedule;
import perseus.recording.Recording;
import perseus.recording.run.RunManifest;

/**
 * Computes which stages each rank of a pipeline holds.
 *
 * <p>A pipeline rank r usually holds only stage r. In an interleaved schedule with R pipeline
 * ranks, rank r holds the stages r, r + R, r + 2 R and so on. A schedule that is given as a
 * recorded order of computations may assign the stages to ranks in any way. The stages of a rank
 * are called its chunks, and are numbered from 0. In an instruction log, the name of an instruction
 * ends with its chunk number if the number is not 0 ({@link ChunkInstruction}).
 *
 * @param stages stages of each rank of a pipeline, in the order of the chunk numbers
 */
record StageLayout(List<List<Integer>> stages) {
  private static final String INTERLEAVED = "interleaved";

  /**
   * Determines the stages of each pipeline rank from the recorded order of computations, or from
   * the schedule and the recorded instructions.
   */
  static StageLayout of(Recording recording, Attributed attributed) {
    RunManifest manifest = recording.manifest();
    if (manifest != null
        && manifest.order() != null
        && RecordedSchedule.NAME.equals(manifest.trainSchedule())) {
      return new StageLayout(
          RecordedSchedule.of(RunManifest.FILE_NAME, manifest.order()).stagesOfRanks());
    }
    int lastChunk = 0;
    if (manifest != null
        && manifest.trainSchedule() != null
        && manifest.trainSchedule().startsWith(INTERLEAVED)) {
      lastChunk =
          attributed.ranks().stream()
              .flatMap(rank -> rank.windows().stream())
              .flatMap(window -> window.instructions().stream())
              .map(InstructionEnergy::instruction)
              .mapToInt(logged -> ChunkInstruction.of(logged).chunk())
              .max()
              .orElse(0);
    }
    return interleaved(recording.stages(), lastChunk + 1);
  }

  /**
   * Returns the layout of an interleaved schedule: rank r of R holds the stages r, r + R, r + 2 R
   * and so on.
   */
  static StageLayout interleaved(int ranks, int chunks) {
    return new StageLayout(
        IntStream.range(0, ranks)
            .mapToObj(
                rank -> IntStream.range(0, chunks).mapToObj(chunk -> chunk * ranks + rank).toList())
            .toList());
  }

  /**
   * Returns the stage of an instruction in the log of a rank. The name of a load (reading of
   * training data) contains no chunk number. A load (reading of training data) on pipeline rank 0
   * belongs to the first stage of the rank. A load on a pipeline rank other than 0 belongs to the
   * last stage of the rank.
   */
  int stage(int ppRank, Instruction logged) {
    List<Integer> held = stages.get(ppRank);
    int chunk = ChunkInstruction.of(logged).chunk();
    if (logged.equals(Instruction.LOAD) && ppRank > 0 || chunk >= held.size()) {
      chunk = held.size() - 1;
    }
    return held.get(chunk);
  }

  /** Removes the chunk number (number of the stage on its rank) from the name of an instruction. */
  Instruction instruction(Instruction logged) {
    return hasChunks() ? ChunkInstruction.of(logged).instruction() : logged;
  }

  private boolean hasChunks() {
    return stages.stream().anyMatch(held -> held.size() > 1);
  }

  private int count() {
    return stages.stream().mapToInt(List::size).sum();
  }

  int ppRank(int stage) {
    return IntStream.range(0, stages.size())
        .filter(rank -> stages.get(rank).contains(stage))
        .findFirst()
        .orElseThrow();
  }

  /** Converts a list with one value per pipeline rank to a list with one value per stage. */
  <T> List<T> perStage(List<T> byPpRank) {
    return IntStream.range(0, count()).mapToObj(stage -> byPpRank.get(ppRank(stage))).toList();
  }

  /**
   * Returns the time in seconds of a transfer to the next stage, for each stage except the last.
   * Between stages on the same rank, the transfer time is 0. Between ranks that are not neighbours,
   * it is the longest measured transfer time.
   *
   * @param betweenRanks time in seconds of a transfer to the next pipeline rank, for each pipeline
   *     rank except the last
   */
  List<Double> transferSeconds(List<Double> betweenRanks) {
    double longest = betweenRanks.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    List<Double> transfers = new ArrayList<>();
    for (int stage = 0; stage + 1 < count(); stage++) {
      int from = ppRank(stage);
      int to = ppRank(stage + 1);
      transfers.add(
          from == to
              ? Double.valueOf(0)
              : Math.abs(from - to) == 1 ? betweenRanks.get(Math.min(from, to)) : longest);
    }
    return List.copyOf(transfers);
  }
}
