package perseus.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.run.RunManifest;

/**
 * Computes which stages each rank of a pipeline holds. Usually rank r holds stage r. Under an
 * interleaved schedule, rank r of R ranks holds the stages r, r + R, r + 2 R and so on. The stages
 * of one rank also have chunk numbers 0, 1, 2 and so on. In the log of the rank, the names of
 * instructions end with the chunk number, except for chunk 0 ({@link ChunkInstruction}).
 *
 * @param ranks number of ranks of a pipeline
 * @param chunks number of stages of each rank
 */
record StageLayout(int ranks, int chunks) {
  private static final String INTERLEAVED = "interleaved";

  /**
   * Finds out which stages each rank of a recording holds, from the schedule and the recorded
   * instructions.
   */
  static StageLayout of(Recording recording, Attributed attributed) {
    RunManifest manifest = recording.manifest();
    if (manifest == null
        || manifest.trainSchedule() == null
        || !manifest.trainSchedule().startsWith(INTERLEAVED)) {
      return new StageLayout(recording.stages(), 1);
    }
    int lastChunk =
        attributed.ranks().stream()
            .flatMap(rank -> rank.windows().stream())
            .flatMap(window -> window.instructions().stream())
            .map(InstructionEnergy::instruction)
            .mapToInt(logged -> ChunkInstruction.of(logged).chunk())
            .max()
            .orElse(0);
    return new StageLayout(recording.stages(), lastChunk + 1);
  }

  /**
   * Returns the stage for which a rank executed an instruction. In logs, the names of loads contain
   * no chunk number. Loads of pipeline rank 0 belong to its first stage, and loads of any other
   * rank belong to its last stage.
   */
  int stage(int ppRank, Instruction logged) {
    int chunk = ChunkInstruction.of(logged).chunk();
    if (logged.equals(Instruction.LOAD) && ppRank > 0) {
      chunk = chunks - 1;
    }
    return chunks == 1 ? ppRank : chunk * ranks + ppRank;
  }

  /** Removes the chunk number from the name of a logged instruction. */
  Instruction instruction(Instruction logged) {
    return chunks == 1 ? logged : ChunkInstruction.of(logged).instruction();
  }

  /** Returns the pipeline rank that holds a stage. */
  int ppRank(int stage) {
    return stage % ranks;
  }

  /** Converts a list with one value per pipeline rank to a list with one value per stage. */
  <T> List<T> perStage(List<T> byPpRank) {
    return IntStream.range(0, ranks * chunks)
        .mapToObj(stage -> byPpRank.get(ppRank(stage)))
        .toList();
  }

  /**
   * Returns the time of a transfer from each stage to the next stage, in seconds. The transfer from
   * the last rank to the first rank is not measured. The longest of the measured times is used for
   * this transfer.
   *
   * @param betweenRanks time in seconds from each pipeline rank except the last to the next rank
   */
  List<Double> transferSeconds(List<Double> betweenRanks) {
    double lastToFirst = betweenRanks.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    List<Double> transfers = new ArrayList<>();
    for (int stage = 0; stage + 1 < ranks * chunks; stage++) {
      transfers.add(ppRank(stage) == ranks - 1 ? lastToFirst : betweenRanks.get(ppRank(stage)));
    }
    return List.copyOf(transfers);
  }
}
