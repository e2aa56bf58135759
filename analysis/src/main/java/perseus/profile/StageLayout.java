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
 * Which stages a pipeline's ranks hold. Mostly one each; where an interleaved schedule gives them
 * several, rank r of R holds the stages r, r + R and so on, and its log numbers their instructions
 * ({@link ChunkInstruction}).
 *
 * @param ranks ranks of a pipeline
 * @param chunks stages of each
 */
record StageLayout(int ranks, int chunks) {
  private static final String INTERLEAVED = "interleaved";

  static StageLayout of(Recording recording, Attributed attributed) {
    RunManifest manifest = recording.manifest();
    if (manifest == null
        || manifest.trainSchedule() == null
        || !manifest.trainSchedule().startsWith(INTERLEAVED)) {
      return new StageLayout(recording.stages(), 1);
    }
    int last =
        attributed.ranks().stream()
            .flatMap(rank -> rank.windows().stream())
            .flatMap(window -> window.instructions().stream())
            .map(InstructionEnergy::instruction)
            .mapToInt(logged -> ChunkInstruction.of(logged).chunk())
            .max()
            .orElse(0);
    return new StageLayout(recording.stages(), last + 1);
  }

  /**
   * The stage for which a rank ran an instruction. Loads are not numbered: the first rank's are
   * those of the first stage, the last one's those of the last.
   */
  int stage(int place, Instruction logged) {
    int chunk = ChunkInstruction.of(logged).chunk();
    if (logged.equals(Instruction.LOAD) && place > 0) {
      chunk = chunks - 1;
    }
    return chunks == 1 ? place : chunk * ranks + place;
  }

  /** What an instruction of a log is called in a profile. */
  Instruction instruction(Instruction logged) {
    return chunks == 1 ? logged : ChunkInstruction.of(logged).instruction();
  }

  /** The place in the pipeline of a stage's rank. */
  int place(int stage) {
    return stage % ranks;
  }

  /** What is known per rank, per stage. */
  <T> List<T> ofRanks(List<T> perRank) {
    return IntStream.range(0, ranks * chunks).mapToObj(stage -> perRank.get(place(stage))).toList();
  }

  /**
   * Transfers between all stages. What the last rank sends to the first is not measured, and taken
   * to last as long as the longest of the others.
   *
   * @param betweenRanks seconds from each rank but the last to the next
   */
  List<Double> transfers(List<Double> betweenRanks) {
    double around = betweenRanks.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    List<Double> transfers = new ArrayList<>();
    for (int stage = 0; stage + 1 < ranks * chunks; stage++) {
      transfers.add(place(stage) == ranks - 1 ? around : betweenRanks.get(place(stage)));
    }
    return List.copyOf(transfers);
  }
}
