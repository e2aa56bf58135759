package perseus.cli.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import perseus.cli.train.SavedPlan;
import perseus.gpu.GpuType;
import perseus.io.Sha256;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Lists the settings that must be equal on all hosts of a job. */
final class JobSettings {
  /** Flags whose values are not compared as text between the hosts of a job. */
  private static final Set<String> OF_HOST =
      Set.of(
          "--help",
          "--version",
          "--verbose",
          "--nnodes",
          "--node_rank",
          "--agent_addr",
          "--rendezvous_timeout",
          "--output_dir",
          "--overwrite",
          "--perseus_token",
          "--clock_control",
          "--reset-clocks",
          "--plan");

  private static final int DIGEST_LENGTH = 12;

  private JobSettings() {}

  /**
   * Returns the settings that must be equal on all hosts, as a map from the name of each setting to
   * its value.
   *
   * @param saved the plans of the job; their files may have different paths on each host
   */
  static Map<String, String> of(CommandSpec command, List<SavedPlan> saved, GpuType gpus) {
    Map<String, String> settings = new TreeMap<>();
    for (OptionSpec option : command.options()) {
      if (!OF_HOST.contains(option.longestName())) {
        settings.put(option.longestName(), String.valueOf(option.<Object>getValue()));
      }
    }
    settings.put("--plan", saved.stream().map(JobSettings::text).toList().toString());
    List<Integer> states = gpus.powerStates();
    settings.put("the GPU", gpus.title());
    settings.put(
        "clocks",
        "%d from %d to %d %s"
            .formatted(states.size(), states.get(0), states.get(states.size() - 1), gpus.unit()));
    settings.put("--clock_control", gpus.setsNoClocks() ? "none" : "that sets clocks");
    return settings;
  }

  private static String text(SavedPlan plan) {
    Sha256 digest = new Sha256();
    digest.add(ByteBuffer.wrap(plan.plan().toString().getBytes(StandardCharsets.UTF_8)));
    return "%s (%s)".formatted(plan.name(), digest.hex().substring(0, DIGEST_LENGTH));
  }
}
