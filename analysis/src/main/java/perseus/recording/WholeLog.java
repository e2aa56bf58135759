package perseus.recording;

import java.nio.file.Path;
import java.util.List;
import perseus.io.UserError;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Handoffs;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;
import perseus.recording.run.LogFormat;
import perseus.recording.run.RunDirectory;

/**
 * Reads the logs of one rank without dividing them into iterations; the instructions may be in any
 * order.
 */
public final class WholeLog {
  private WholeLog() {}

  /**
   * Reads all instructions of one rank. The result has one {@link perseus.recording.log.Window},
   * which contains all instructions of the log.
   *
   * @param like another recording of the same rank, from which the GPU name and the place in the
   *     job are copied
   * @param frequencyMhz GPU frequency of the rank in MHz
   * @throws UserError if the directory has no logs of the rank, or if some of its instructions are
   *     damaged
   */
  public static RankRecording read(
      Path directory, RankRecording like, int frequencyMhz, Warnings warnings) {
    RunDirectory.require(directory);
    RankPlace place = like.place();
    LogFormat format = LogFormats.of(directory);
    if (!format.ranks(directory).contains(place.rank())) {
      throw new UserError("%s has no logs of rank %d.".formatted(directory, place.rank()));
    }
    CoarseTimes coarse = new CoarseTimes(place.rank(), warnings);
    InstructionLog log = coarse.marked(format.readInstructions(directory, place.rank(), warnings));
    for (int i = 0; i < log.size(); i++) {
      if (log.damaged()[i]) {
        throw new UserError(
            "%s: %s number %d has a wrong start or end. Correct the file, or record again."
                .formatted(
                    log.file(), log.kinds().get(log.kind()[i]).name(), log.ordinal()[i] + 1));
      }
    }
    EnergyLog energy = coarse.marked(format.readEnergy(directory, place.rank(), warnings));
    RankReader.requireCommonTime(log, energy);
    double first = log.start()[0];
    double last = log.end()[log.size() - 1];
    Segment segment = new Segment(log, energy, 0, log.size(), first, last);
    return new RankRecording(
        place,
        like.gpu(),
        List.of(new Window(frequencyMhz, List.of(segment), 1)),
        1,
        first,
        last,
        Handoffs.NONE,
        format.readStates(directory, place.rank(), warnings),
        false);
  }
}
