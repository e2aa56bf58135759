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
import perseus.io.kind.PathKind;
import perseus.io.kind.WrongPath;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlannedProblem;
import perseus.profile.StageProfile;
import picocli.CommandLine;

/**
 * Describes one source (directory or file) from which {@code perseus-analyze savings} reads plans,
 * measurements or a profile.
 *
 * @param path path of a directory or a file
 * @param kind kind of the directory or file, such as a directory of plans
 */
record SavingsSource(Path path, Kind kind) {
  /** Lists the kinds of directories and files from which savings can be computed. */
  enum Kind {
    DUMPS("directories of measurements"),
    PLANS("directories of plans"),
    PROFILE("stage profiles");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /**
   * Kinds of directories and files to which each flag applies. A flag that is not in the map
   * applies to all kinds of directories and files.
   */
  private static final Map<String, Set<Kind>> SCOPES = new LinkedHashMap<>();

  static {
    for (String flag : List.of("--perseus", "--envpipe", "--baseline", "--model")) {
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
            "--schedule-csv",
            "--gpus-per-stage",
            "--scale-time",
            "--scale-energy",
            "--switch-cost")) {
      SCOPES.put(flag, EnumSet.of(Kind.PROFILE));
    }
  }

  /** Refuses to run the command if the user gave a flag that applies to none of {@code kinds}. */
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

  /**
   * Finds out whether a path leads to a directory of plans, to a directory of measurements, or to a
   * profile.
   */
  static SavingsSource of(Path named) {
    Path path = PlanCatalog.directory(named);
    if (!Files.isDirectory(path)) {
      return new SavingsSource(path, Kind.PROFILE);
    }
    boolean planned = Files.exists(path.resolve(PlanCatalog.FILE_NAME));
    return new SavingsSource(path, planned ? Kind.PLANS : Kind.DUMPS);
  }

  /** Returns the error for a directory that is none of the kinds of sources. */
  UserError unknown() {
    return new UserError(
        WrongPath.sentence(
            path,
            "a directory of plans or measurements: it contains neither plans.json nor a directory perseus or envpipe with results of a plan server (0.prof.json and so on)",
            PathKind.PLANS));
  }

  /** Returns the path of the directory with measurements under the plans of Perseus. */
  Path perseus() {
    return path.resolve("perseus");
  }

  /**
   * Returns the path of the directory with measurements under the plan of EnvPipe (a planner of
   * another project).
   */
  Path envpipe() {
    return path.resolve("envpipe");
  }

  /** Returns the path of the table of iterations that were measured under power limits. */
  Path baseline() {
    return path.resolve("zeus_global.csv");
  }

  /**
   * Reads the catalog (list of plans) of a directory of plans.
   *
   * @throws perseus.io.UserError if the catalog cannot be read, or if the plans were not made from
   *     the profile in the same directory
   */
  PlanCatalog catalog() {
    return PlannedProblem.catalog(path);
  }

  /**
   * Refuses to run the command if the file {@code output} would replace a file that the command
   * reads.
   */
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
   * Returns the paths of the files in a directory. The list of paths is empty if {@code directory}
   * is null or not a directory.
   *
   * @throws perseus.io.UserError if the directory cannot be read
   */
  static List<Path> files(Path directory) {
    if (directory == null || !Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw AtomicFiles.unreadable(directory, e);
    }
  }
}
