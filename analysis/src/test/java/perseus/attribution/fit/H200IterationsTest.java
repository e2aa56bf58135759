package perseus.attribution.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import perseus.attribution.Deconvolution;
import perseus.attribution.activity.Activity;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.search.SensorSearch;
import perseus.attribution.sensor.PowerLimit;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.IterationRange;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;
import perseus.recording.run.RecordingOptions;

/**
 * Compares the energies of single iterations (3 s) of a real two-stage pipeline on H200 GPUs with
 * the energies of all iterations together.
 */
@Tag("slow")
class H200IterationsTest {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("perseus.root", ".."), "../shared/data/h200-pp2");

  private static final int FIRST = 4;
  private static final int LAST = 40;
  private static final List<Instruction> KINDS = List.of(Instruction.FORWARD, Instruction.BACKWARD);

  @BeforeEach
  void requireRecording() {
    assumeTrue(Files.isDirectory(DIRECTORY), () -> "skipped: there is no " + DIRECTORY);
  }

  /** Compares the energies of single iterations with the energies of the whole recording. */
  private static final class Spread {
    private final double whole;
    private double squares;
    private double stderrs;
    private int inTwo;
    private int count;

    Spread(double wholeJoules) {
      whole = wholeJoules;
    }

    void add(InstructionEnergy energy) {
      double difference = energy.energyJoules() - whole;
      squares += difference * difference;
      stderrs += energy.energyStderrJoules();
      inTwo += Math.abs(difference) < 2 * energy.energyStderrJoules() ? 1 : 0;
      count++;
    }

    double rms() {
      return Math.sqrt(squares / count) / whole;
    }

    double meanStderr() {
      return stderrs / count / whole;
    }

    double shareWithinTwo() {
      return (double) inTwo / count;
    }
  }

  private static Recording open(int first, int last) {
    return Recording.open(
        List.of(DIRECTORY),
        new RecordingOptions(
            16, 40, List.of(1980), 0, null, null, null, null, new IterationRange(first, last)));
  }

  private static SensorSearch.Learned learned() {
    Recording recording = open(FIRST, LAST);
    List<RankRecording> ranks = recording.ranks().stream().map(recording::read).toList();
    return SensorSearch.learn(ranks, recording.warnings(), Progress.NONE);
  }

  private static Window iteration(Segment segment, int k, int mhz) {
    InstructionLog log = segment.instructions();
    int[] iterations = segment.iterations();
    int from = iterations[k];
    int to = k + 1 < iterations.length ? iterations[k + 1] : segment.to();
    while (Activity.isBetweenIterations(log.kinds().get(log.kind()[to - 1]))) {
      to--;
    }
    Segment one =
        new Segment(
            log,
            segment.energy(),
            segment.samples(),
            new int[] {from},
            from,
            to,
            log.start()[from],
            log.end()[to - 1]);
    return new Window(mhz, List.of(one), 1);
  }

  @Test
  void iterationsAsWindowsOfOneRecordingAgree() {
    SensorSearch.Learned learned = learned();
    for (MarkedRank marked : learned.sample()) {
      Window all = marked.rank().windows().get(0);
      PowerModel model = SensorSearch.model(marked, learned.sensor());
      double limit = PowerLimit.watts(marked.rank(), all);
      WindowEnergy whole =
          new WindowFit(all, learned.sensor(), model, limit).energy(learned.deviations());
      List<WindowFit> alone = new ArrayList<>();
      for (Segment segment : all.segments()) {
        for (int k = 0; k < segment.iterations().length; k++) {
          int mhz = 1980 - 10 * alone.size();
          alone.add(new WindowFit(iteration(segment, k, mhz), learned.sensor(), model, limit));
        }
      }
      List<WindowFit> fits = SharedPowers.of(alone);
      for (Instruction kind : KINDS) {
        Spread spread = new Spread(whole.of(kind).energyJoules());
        fits.forEach(fit -> spread.add(fit.energy(learned.deviations()).of(kind)));
        assertThat(spread.rms()).as(kind.name()).isLessThan(0.015);
        assertThat(spread.meanStderr()).as(kind.name()).isLessThan(0.015);
        assertThat(spread.shareWithinTwo()).as(kind.name()).isGreaterThanOrEqualTo(0.94);
      }
    }
  }

  @Test
  void eachIterationAloneAgreesWithAllTogether() {
    SensorSearch.Learned learned = learned();
    List<List<Spread>> spreads = new ArrayList<>();
    for (MarkedRank marked : learned.sample()) {
      Window all = marked.rank().windows().get(0);
      PowerModel model = SensorSearch.model(marked, learned.sensor());
      WindowFit fit =
          new WindowFit(all, learned.sensor(), model, PowerLimit.watts(marked.rank(), all));
      WindowEnergy whole = fit.energy(learned.deviations());
      spreads.add(KINDS.stream().map(kind -> new Spread(whole.of(kind).energyJoules())).toList());
    }
    for (int k = FIRST; k <= LAST; k++) {
      List<RankEnergy> ranks = new Deconvolution().attribute(open(k, k), Progress.NONE).ranks();
      for (int r = 0; r < ranks.size(); r++) {
        for (int i = 0; i < KINDS.size(); i++) {
          spreads.get(r).get(i).add(ranks.get(r).windows().get(0).of(KINDS.get(i)));
        }
      }
    }
    double[][] limits = {{0.023, 0.014}, {0.019, 0.008}};
    for (int r = 0; r < limits.length; r++) {
      for (int i = 0; i < KINDS.size(); i++) {
        Spread spread = spreads.get(r).get(i);
        assertThat(spread.rms()).as(KINDS.get(i).name()).isLessThan(limits[r][i]);
        assertThat(spread.shareWithinTwo()).as(KINDS.get(i).name()).isGreaterThanOrEqualTo(0.94);
      }
    }
  }
}
