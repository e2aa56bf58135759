package perseus.job.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static perseus.pipeline.Schedules.ONE_FORWARD_ONE_BACKWARD;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.Partition;
import perseus.model.Workload;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;

class HostMemoryTest {
  private static final double GIB = 1 << 30;

  /** The arguments come from the commands in the Perseus paper, with four ranks on each host. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "bert-huge-uncased 8 32 4 custom:0,8,14,20,26",
        "bloom-3b 4 128 4 custom:0,10,18,26,32",
        "gpt3-xl 8 128 4 custom:0,8,14,21,27",
        "t5-3b 4 32 4 custom:0,16,33,53,74",
        "wide-resnet101_8 64 24 4 custom:0,7,16,25,34",
        "bert-huge-uncased 8 32 8 uniform_transformer",
        "bloom-3b 4 128 8 custom:0,6,10,14,18,22,26,30,32",
        "gpt3-2.7b 4 256 8 uniform_transformer",
        "t5-3b 4 32 8 custom:0,9,16,24,33,43,53,63,74",
        "wide-resnet101_8 32 48 8 custom:0,4,9,13,17,21,25,30,34",
      })
  void shortageNamesModelRanksAndMemory(
      String model, int microbatch, int microbatches, int pp, String partition) {
    Workload workload = workload(model, microbatch, pp, partition);
    for (int node = 0; node < pp / 4; node++) {
      int first = 4 * node;
      double needed =
          HostMemory.neededBytes(
              workload,
              new Degrees(pp, 1, 1),
              ONE_FORWARD_ONE_BACKWARD,
              microbatches,
              true,
              first,
              4);
      assertThat(needed).isGreaterThan(5 * GIB);
      assertThat(HostMemory.shortage(workload, 4, needed, needed)).isEmpty();
      assertThat(HostMemory.shortage(workload, 4, needed, 4 * GIB).orElseThrow())
          .startsWith(model)
          .contains("4 ranks", String.format(Locale.ROOT, "%.1f GiB", needed / GIB), "4.0 GiB");
    }
  }

  @Test
  void smallModelsFit() {
    Workload workload = workload("gpt3-nano", 4, 4, "uniform_transformer");
    assertThat(
            HostMemory.neededBytes(
                workload, new Degrees(4, 1, 1), ONE_FORWARD_ONE_BACKWARD, 8, true, 0, 4))
        .isLessThan(2 * GIB);
  }

  /** The measured values are the maximum resident memory of a rank's process in MiB. */
  @ParameterizedTest
  @CsvSource({"1f1b, 64, 395", "gpipe, 16, 608", "gpipe, 64, 1542"})
  void estimateIsCloseToMeasuredMemory(String schedule, int microbatches, double measuredMib) {
    Workload workload = workload("gpt3-nano", 8, 1, "uniform");
    double needed =
        HostMemory.neededBytes(
            workload, new Degrees(1, 1, 1), Schedules.of(schedule), microbatches, true, 0, 1);
    assertThat(needed / (1 << 20)).isCloseTo(measuredMib, withinPercentage(15));
  }

  @Test
  void availableMemoryOfAHostIncludesItsFileCache() {
    List<String> host = List.of("MemTotal: 1000 kB", "MemFree: 100 kB", "MemAvailable: 700 kB");
    assertThat(HostMemory.availableBytes(1000 * 1024, 100 * 1024, host, List.of()))
        .isEqualTo(700 * 1024);
    assertThat(HostMemory.availableBytes(1000, 100, List.of(), List.of())).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource({"inactive_file 51200", "total_inactive_file 51200"})
  void availableMemoryOfAContainerIsWithinItsLimit(String files) {
    List<String> container = List.of("anon 1", files);
    List<String> host = List.of("MemTotal: 1000 kB", "MemAvailable: 700 kB");
    assertThat(HostMemory.availableBytes(400 * 1024, 100 * 1024, host, container))
        .isEqualTo(150 * 1024);
    List<String> full = List.of("MemTotal: 1000 kB", "MemAvailable: 50 kB");
    assertThat(HostMemory.availableBytes(400 * 1024, 100 * 1024, full, container))
        .isEqualTo(50 * 1024);
  }

  private static Workload workload(String name, int microbatch, int pp, String partition) {
    Model model = ModelZoo.find(name);
    return new Workload(
        model,
        Partition.of(partition, model, pp),
        new Batch(microbatch, model.defaultSequenceLength(), 1));
  }
}
