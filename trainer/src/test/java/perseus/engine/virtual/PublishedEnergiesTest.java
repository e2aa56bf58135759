package perseus.engine.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.Measurement;
import perseus.control.policy.AllMaxFrequency;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.gpu.sim.SimulatedGpus;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;

/** Compares the virtual engine with iterations that were measured on four A100 PCIe. */
class PublishedEnergiesTest {
  /**
   * Maximum difference between a simulated and a measured time or energy, divided by the measured
   * value. The difference is largest for T5 (10 % too fast) and BERT (almost 10 % too slow).
   */
  private static final double TOLERANCE = 0.11;

  private static final Path MEASURED =
      Path.of(System.getProperty("perseus.root", "."), "../shared/data/sosp24/iterations.csv");

  @TempDir Path directory;

  @Test
  void simulatedTimeAndEnergyAgreeWithMeasurements() throws Exception {
    assumeTrue(Files.exists(MEASURED), () -> "skipped: there is no " + MEASURED.normalize());
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser rows = format.parse(Files.newBufferedReader(MEASURED))) {
      for (CSVRecord row : rows) {
        Measurement simulated = simulate(row);
        double time = Double.parseDouble(row.get("iteration_time_s"));
        double energy = Double.parseDouble(row.get("iteration_energy_j"));
        assertThat(simulated.timeSeconds() / time)
            .as("time of " + row.get("model"))
            .isCloseTo(1, within(TOLERANCE));
        assertThat(simulated.energyJoules() / energy)
            .as("energy of " + row.get("model"))
            .isCloseTo(1, within(TOLERANCE));
      }
    }
  }

  private Measurement simulate(CSVRecord row) {
    Degrees degrees =
        new Degrees(
            Integer.parseInt(row.get("pp")),
            Integer.parseInt(row.get("dp")),
            Integer.parseInt(row.get("tp")));
    TrainingConfig config =
        Trainings.of(
            row.get("model"),
            row.get("partition_method"),
            degrees,
            Integer.parseInt(row.get("microbatch_size")),
            Integer.parseInt(row.get("num_microbatches")),
            SimulatedGpus.named("sim:a100-pcie"),
            Schedules.ONE_FORWARD_ONE_BACKWARD,
            3,
            false,
            directory,
            AllMaxFrequency.factory(1),
            null);
    return VirtualTraining.run(config, TrainingListener.NONE).rounds().get(0).measurement();
  }
}
