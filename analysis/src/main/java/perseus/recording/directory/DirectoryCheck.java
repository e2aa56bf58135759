package perseus.recording.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import perseus.io.AtomicFiles;
import perseus.io.ShellWord;
import perseus.io.UserError;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlannedProblem;
import perseus.recording.LogFormats;
import perseus.recording.run.RunDirectory;
import perseus.recording.run.RunManifest;

/** Determines from file names whether a directory holds a recording, results or plans. */
public final class DirectoryCheck {
  private static final String PLANS = "freqs_pipeline_\\d+\\.py";
  private static final String LOG =
      "(instructions|time-energy|power-samples|gpu-state)-\\d{1,6}\\.csv";

  private DirectoryCheck() {}

  /**
   * Describes a directory, and reads the logs if it holds a recording.
   *
   * @throws perseus.io.UserError if the path is no directory, or cannot be read
   */
  public static DirectoryReport of(Path directory) {
    RunDirectory.require(directory);
    TreeSet<String> names = names(directory);
    if (names.contains(RunManifest.FILE_NAME) || any(names, LOG)) {
      return RecordingCheck.of(directory);
    }
    if (names.stream().anyMatch(LogFormats::isLog)) {
      return FormatCheck.of(directory);
    }
    if (names.contains("summary.json") || names.contains("frontier.csv")) {
      return results(directory, names);
    }
    if (any(names, PLANS)) {
      return done(
          "Plan files: %d.".formatted(count(names, PLANS)),
          "bin/perseus-run --plan %s -- COMMAND".formatted(ShellWord.of(directory)),
          "bin/perseus-server --scheduler PointSolution --scheduler-args '{\"solution_path\": \"%s\"}'"
              .formatted(directory));
    }
    if (any(names, "\\d+\\.prof\\.json")) {
      return done(
          "Measurements that a replay or a plan server wrote; frequency schedules: %d."
              .formatted(count(names, "\\d+\\.prof\\.json")),
          "bin/perseus-analyze savings --help");
    }
    if (any(names, LOG + "\\.(gz|zst|xz|bz2)")) {
      return new DirectoryReport(
          "A compressed recording.",
          List.of(),
          List.of("The files are compressed."),
          List.of(
              "Unpack the files, and run bin/perseus-analyze check %s again."
                  .formatted(ShellWord.of(directory))));
    }
    return withoutKnownFiles(directory, names);
  }

  private static DirectoryReport results(Path directory, TreeSet<String> names) {
    String what = "Results of perseus-analyze.";
    if (names.contains(PlanCatalog.FILE_NAME)) {
      try {
        PlannedProblem.requireOwnProfile(directory);
      } catch (UserError e) {
        Path profile = directory.resolve(PlannedProblem.PROFILE_FILE_NAME);
        return new DirectoryReport(
            what,
            List.of(),
            List.of(e.getMessage()),
            List.of(
                "bin/perseus-analyze plan %s -o %s"
                    .formatted(ShellWord.of(profile), ShellWord.of(directory))));
      }
    }
    return done(
        what,
        "bin/perseus-analyze pick %s --slowdown 1.05 -o plan.py"
            .formatted(ShellWord.of(directory)));
  }

  private static DirectoryReport withoutKnownFiles(Path directory, TreeSet<String> names) {
    List<String> recordings =
        names.stream()
            .map(directory::resolve)
            .filter(Files::isDirectory)
            .filter(inner -> any(names(inner), LOG))
            .map(ShellWord::of)
            .toList();
    if (!recordings.isEmpty()) {
      return new DirectoryReport(
          "Directories with recordings: %d.".formatted(recordings.size()),
          recordings,
          List.of(),
          List.of(
              "bin/perseus-analyze check " + recordings.get(0),
              "bin/perseus-analyze %s   (if these are the hosts of one job)"
                  .formatted(String.join(" ", recordings))));
    }
    return new DirectoryReport(
        names.isEmpty() ? "An empty directory." : "No recording, plan or result of Perseus.",
        List.of(),
        List.of("There are no files such as %s.".formatted(LogFormats.examples())),
        List.of(
            names.isEmpty()
                ? "bin/perseus-run --output_dir %s -- COMMAND   (docs/integrate.md)"
                    .formatted(ShellWord.of(directory))
                : "Name another directory, or record into a new one: bin/perseus-run --output_dir runs/NAME -- COMMAND   (docs/integrate.md)"));
  }

  private static DirectoryReport done(String what, String... next) {
    return new DirectoryReport(what, List.of(), List.of(), List.of(next));
  }

  private static boolean any(TreeSet<String> names, String pattern) {
    return count(names, pattern) > 0;
  }

  private static long count(TreeSet<String> names, String pattern) {
    return names.stream().filter(name -> name.matches(pattern)).count();
  }

  private static TreeSet<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      TreeSet<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      return names;
    } catch (IOException e) {
      throw AtomicFiles.unreadable(directory, e);
    }
  }
}
