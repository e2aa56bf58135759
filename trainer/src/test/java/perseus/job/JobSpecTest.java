package perseus.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.parallel.Degrees;

class JobSpecTest {
  private static final JobSpec JOB =
      new JobSpec(
          new JobSpec.Model("gpt3-nano", List.of(0, 2, 4), 16, true, 0.02, "fp16"),
          new JobSpec.Parallelism(new Degrees(2, 3, 4), "1f1b", 5, 6, "auto"),
          new JobSpec.Optimizer(0.5, 7, new JobSpec.LossScaling(1024, 50)),
          new JobSpec.DeviceSpec("a100-pcie", "cpu", "none", false, 8, true, 1.5),
          new JobSpec.Checkpoints(true, 10, 3, false, List.of()),
          false,
          9);

  @Test
  void settingsAreNamedAfterTheirFlags() {
    assertThat(JOB.byFlag())
        .hasSize(31)
        .containsKeys("activation_checkpointing", "export_timing_csv", "train_schedule", "gpu")
        .containsKeys("init_method_std", "num_warmup_steps", "num_microbatches", "sim_seed")
        .containsEntry("model", "gpt3-nano")
        .containsEntry("partition", "[0, 2, 4]")
        .containsEntry("pp", "2")
        .containsEntry("dp", "3")
        .containsEntry("tp", "4")
        .containsEntry("microbatch_size", "5")
        .containsEntry("seq_length", "16")
        .containsEntry("learning_rate", "0.5")
        .containsEntry("precision", "fp16")
        .containsEntry("initial_loss_scale", "1024.0")
        .containsEntry("loss_scale_window", "50")
        .containsEntry("sim_slowdown", "1.5")
        .containsEntry("paced", "true")
        .containsEntry("transport", "auto")
        .containsEntry("seed", "9");
  }

  @Test
  void settingsOfARankCanBeParsedFromTheirLine() {
    LocalSettings local =
        new LocalSettings(
            "tensors",
            null,
            null,
            2,
            List.of(),
            Map.of(),
            1,
            "scratch",
            false,
            false,
            null,
            LocalSettings.Checkpoints.NONE);
    RankSettings settings = new RankSettings(1, "127.0.0.1", 29500, "secret", 60, JOB, null, local);
    assertThat(RankSettings.ofLine(settings.toLine())).isEqualTo(settings);
  }
}
