package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.Progress;
import perseus.recording.Recording;

/** Simulates 30 ms of unrecorded work after the fifth backward of each iteration. */
class UnrecordedSearchTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void unrecordedWorkIsNamedAndChangesNoEnergy(boolean samples) throws IOException {
    SimulatedRun run = SimulatedRun.ofThreeStages();
    run.forwardSeconds = 0.045;
    run.iterationsPerFrequency = 20;
    run.unrecordedSeconds = 0.03;
    run.samples = samples;
    run.write(directory);
    Recording recording = Recording.open(List.of(directory), run.options());
    var attributed = new Deconvolution().attribute(recording, Progress.NONE);
    assertThat(recording.warnings().sentences())
        .isNotEmpty()
        .allMatch(warning -> warning.contains("in the wait after backward 5 of an iteration"));
    for (EnergyError error : EnergyError.of(run, attributed.ranks())) {
      assertThat(error.joules() / error.trueJoules()).isBetween(-0.02, 0.02);
    }
  }
}
