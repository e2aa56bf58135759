package perseus.cli.analyze;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import perseus.cli.common.GivenFlags;
import perseus.cli.common.OutputFile;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.planfile.PlanCatalog;
import perseus.profile.StageProfile;
import picocli.CommandLine;

/**
 * Where {@code savings} finds plans.
 *
 * @param path a folder or a file
 * @param kind what it is
 */
record SavingsSource(Path path, Kind kind) {
  /** What a source can be. */
  enum Kind {
    DUMPS("folders of measured dumps"),
    PLANS("directories of plans"),
    PROFILE("stage profiles");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** What sentences call sources of this kind. */
    String title() {
      return title;
    }
  }

  /** What flags of savings apply to where that is not all. */
  private static final Map<String, Set<Kind>> SCOPES = new LinkedHashMap<>();

  static {
    for (String flag : List.of("--perseus", "--envpipe", "--baseline")) {
      SCOPES.put(flag, EnumSet.of(Kind.DUMPS));
    }
    SCOPES.put("--pipelines", EnumSet.of(Kind.PLANS, Kind.PROFILE));
    SCOPES.put("--blocking-power", EnumSet.of(Kind.DUMPS, Kind.PROFILE));
    for (String flag :
        List.of(
            "--num-microbatches",
            "--planners",
            "--schedule",
            "--dag",
            "--gpus-per-stage",
            "--scale-time",
            "--scale-energy",
            "--switch-cost")) {
      SCOPES.put(flag, EnumSet.of(Kind.PROFILE));
    }
  }

  /** Refuses flags that apply to none of these kinds of sources. */
  static void requireScopes(CommandLine command, Set<Kind> kinds) {
    SCOPES.forEach(
        (flag, scope) -> {
          if (Collections.disjoint(scope, kinds)) {
            GivenFlags.refuse(
                command,
                flag,
                "applies to %s only, and there are none here"
                    .formatted(
                        scope.stream().map(Kind::title).collect(Collectors.joining(" and "))));
          }
        });
  }

  /** The source at a path. */
  static SavingsSource of(Path named) {
    Path path = PlanCatalog.directory(named);
    if (!Files.isDirectory(path)) {
      return new SavingsSource(path, Kind.PROFILE);
    }
    boolean planned = Files.exists(path.resolve(PlanCatalog.FILE_NAME));
    return new SavingsSource(path, planned ? Kind.PLANS : Kind.DUMPS);
  }

  /** The folder of Perseus' dumps in a source of dumps. */
  Path perseus() {
    return path.resolve("perseus");
  }

  /** The folder of EnvPipe's dumps in a source of dumps. */
  Path envpipe() {
    return path.resolve("envpipe");
  }

  /** The table of power limits in a source of dumps. */
  Path baseline() {
    return path.resolve("zeus_global.csv");
  }

  /** Refuses to write over what is read from here. */
  void requireStays(OutputFile output) {
    switch (kind) {
      case PROFILE -> output.requireOtherThan(StageProfile.files(path));
      case PLANS -> output.requireNoneOfPlans(path);
      case DUMPS -> {
        output.requireOtherThan(List.of(baseline()));
        output.requireOtherThan(files(perseus()));
        output.requireOtherThan(files(envpipe()));
      }
    }
  }

  /**
   * The files in a folder; none where there is no folder.
   *
   * @throws UserError if it cannot be read
   */
  static List<Path> files(Path folder) {
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UserError(
          "The directory " + folder + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }
}
