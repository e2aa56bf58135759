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
 * Computes which stages each rank of a pipeline holds. Usually rank r of the pipeline holds stage
 * r. Under an interleaved pipeline schedule with R ranks, rank r holds the stages r, r + R, r + 2 R
 * and so on; a recorded order may have any other layout. The stages that a rank holds are called
 * the chunks of the rank. The chunks (stages) of one rank are numbered 0, 1, 2 and so on. In the
 * log of a rank, the name of an instruction ends with the number of its chunk (stage of the rank).
 * If the chunk has the number 0, the name contains no number. The class {@link ChunkInstruction}
 * defines the names of instructions with numbers of chunks.
 *
 * @param stages for each rank of a pipeline, the stages that it holds, chunk 0 first
 */
record StageLayout(List<List<Integer>> stages) {
  private static final String INTERLEAVED = "interleaved";

  /**
   * Finds out which stages each rank of a recording holds. The method uses the recorded order, or
   * the name of the pipeline schedule and the names of the recorded instructions.
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

  /** Returns the layout in which rank r of R ranks holds the stages r, r + R, r + 2 R and so on. */
  static StageLayout interleaved(int ranks, int chunks) {
    return new StageLayout(
        IntStream.range(0, ranks)
            .mapToObj(
                rank -> IntStream.range(0, chunks).mapToObj(chunk -> chunk * ranks + rank).toList())
            .toList());
  }

  /**
   * Returns the stage to which an instruction in the log of a rank belongs. In logs, the name of a
   * load (reading of training data) contains no number of a chunk (stage of the rank). If pipeline
   * rank 0 executes a load, the load belongs to the first stage of rank 0. If another pipeline rank
   * executes a load, the load belongs to the last stage of the executing rank.
   */
  int stage(int ppRank, Instruction logged) {
    List<Integer> held = stages.get(ppRank);
    int chunk = ChunkInstruction.of(logged).chunk();
    if (logged.equals(Instruction.LOAD) && ppRank > 0 || chunk >= held.size()) {
      chunk = held.size() - 1;
    }
    return held.get(chunk);
  }

  /** Removes the number of the chunk (stage of the rank) from the name of a logged instruction. */
  Instruction instruction(Instruction logged) {
    return hasChunks() ? ChunkInstruction.of(logged).instruction() : logged;
  }

  private boolean hasChunks() {
    return stages.stream().anyMatch(held -> held.size() > 1);
  }

  private int count() {
    return stages.stream().mapToInt(List::size).sum();
  }

  /** Returns the pipeline rank that holds a stage. */
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
   * For each stage except the last, returns the time in seconds of a transfer to the next stage: 0
   * if the same rank holds both stages. Only transfers between neighbouring ranks are measured; for
   * all others, the longest measured time is used.
   *
   * @param betweenRanks for each pipeline rank except the last, the time in seconds of a transfer
   *     to the next pipeline rank
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
