package perseus.evaluation.published;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.savings.Iteration;

/**
 * Holds a measured stage profile with the results that were published for it.
 *
 * @param name name of the workload, such as {@code gpt3-175b_a100-sxm}
 * @param profile path of the stage profile
 * @param frontiers published iteration times in seconds and energies in joules of the plans, for
 *     each number of microbatches
 * @param envPipe iteration time and energy of EnvPipe's plan for each number of microbatches,
 *     divided by the scale of the published table
 */
public record EmulatedProfile(
    String name,
    Path profile,
    Map<Integer, List<Iteration>> frontiers,
    Map<Integer, Iteration> envPipe) {
  private static final String SUFFIX = "_profile.csv";

  /**
   * Factor by which the times in the table of EnvPipe's plans exceed the times that are computed
   * from the profile. The stages in EnvPipe's table have ten times as many layers as the stages of
   * the profile.
   */
  private static final double TIME_SCALE = 10;

  /**
   * Factor by which the energies in the table of EnvPipe's plans exceed the energies that are
   * computed from the profile. The stages in EnvPipe's table have ten times as many layers as in
   * the profile, and each stage runs on eight tensor-parallel GPUs.
   */
  private static final double ENERGY_SCALE = 80;

  /**
   * @param profile path of a file NAME_profile.csv, beside frontier/NAME_mbM.csv (M is the number
   *     of microbatches) and envpipe.csv
   * @throws perseus.io.UserError if a file cannot be used
   */
  static EmulatedProfile read(Path profile) {
    String file = profile.getFileName().toString();
    String name = file.substring(0, file.length() - SUFFIX.length());
    Map<Integer, List<Iteration>> frontiers = new TreeMap<>();
    Pattern ofProfile = Pattern.compile(Pattern.quote(name) + "_mb([1-9]\\d{0,5})\\.csv");
    for (Path csv : PublishedData.files(profile.resolveSibling("frontier"))) {
      Matcher matcher = ofProfile.matcher(csv.getFileName().toString());
      if (matcher.matches()) {
        frontiers.put(
            Integer.valueOf(matcher.group(1)),
            NumberTable.read(csv).stream().map(row -> row.iteration("time", "energy")).toList());
      }
    }
    return new EmulatedProfile(name, profile, frontiers, envPipe(profile, name));
  }

  static boolean isProfile(Path file) {
    return file.getFileName().toString().endsWith(SUFFIX);
  }

  private static Map<Integer, Iteration> envPipe(Path profile, String name) {
    Map<Integer, Iteration> plans = new TreeMap<>();
    Path csv = profile.resolveSibling("envpipe.csv");
    if (!Files.exists(csv)) {
      return plans;
    }
    for (NumberTable.Row row : NumberTable.read(csv)) {
      String workload = row.text("model") + "_" + row.text("device").replace('_', '-');
      if (workload.equals(name)) {
        Iteration scaled = row.iteration("iteration_time", "energy");
        plans.put(
            row.count("num_microbatches"),
            new Iteration(scaled.timeSeconds() / TIME_SCALE, scaled.energyJoules() / ENERGY_SCALE));
      }
    }
    return plans;
  }

  /** Returns the name of the model, which is the first part of the profile's name. */
  public String model() {
    return name.replaceFirst("_.*", "");
  }

  /**
   * Returns the name of the GPU, which is the last part of the profile's name; empty if the name
   * has no such part.
   */
  public String gpu() {
    return Optional.of(name.indexOf('_'))
        .filter(at -> at >= 0)
        .map(at -> name.substring(at + 1))
        .orElse("");
  }
}
