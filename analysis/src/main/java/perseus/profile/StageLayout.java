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
 * Computes which stages each rank of a pipeline holds. Usually rank r of the pipeline holds stage
 * r. Under an interleaved pipeline schedule with R ranks, rank r holds the stages r, r + R, r + 2 R
 * and so on. The stages that a rank holds are called the chunks of the rank. The chunks (stages) of
 * one rank are numbered 0, 1, 2 and so on. In the log of a rank, the name of an instruction ends
 * with the number of its chunk (stage of the rank). If the chunk has the number 0, the name
 * contains no number. The class {@link ChunkInstruction} defines the names of instructions with
 * numbers of chunks.
 *
 * @param ranks number of ranks of a pipeline
 * @param chunks number of stages that each rank holds
 */
record StageLayout(int ranks, int chunks) {
  private static final String INTERLEAVED = "interleaved";

  /**
   * Finds out which stages each rank of a recording holds. The method uses the name of the pipeline
   * schedule and the names of the recorded instructions.
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
   * Returns the stage to which an instruction in the log of a rank belongs. In logs, the name of a
   * load (reading of training data) contains no number of a chunk (stage of the rank). If pipeline
   * rank 0 executes a load, the load belongs to the first stage of rank 0. If another pipeline rank
   * executes a load, the load belongs to the last stage of the executing rank.
   */
  int stage(int ppRank, Instruction logged) {
    int chunk = ChunkInstruction.of(logged).chunk();
    if (logged.equals(Instruction.LOAD) && ppRank > 0) {
      chunk = chunks - 1;
    }
    return chunks == 1 ? ppRank : chunk * ranks + ppRank;
  }

  /** Removes the number of the chunk (stage of the rank) from the name of a logged instruction. */
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
   * For each stage except the last, returns the time in seconds of a transfer to the next stage.
   * The time of a transfer from the last rank back to the first rank is not measured. For the
   * transfer from the last rank back to the first rank, the longest measured transfer time is used.
   *
   * @param betweenRanks for each pipeline rank except the last, the time in seconds of a transfer
   *     to the next pipeline rank
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
