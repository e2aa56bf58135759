package perseus.recording.directory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.AtomicFiles;
import perseus.io.Named;
import perseus.io.ShellWord;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.csv.CsvLogFormat;
import perseus.recording.iteration.MicrobatchCounts;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warnings;
import perseus.recording.run.RunDirectory;
import perseus.recording.run.RunManifest;

/** Describes a recording, which may be incomplete. */
final class RecordingCheck {
  private static final Pattern LOG =
      Pattern.compile("(instructions|time-energy|power-samples|gpu-state)-(\\d{1,6})\\.csv");

  /** Name of the model in {@code run.json} if the training script has not named its model. */
  private static final String UNNAMED_MODEL = "unknown";

  private final Path directory;
  private final CsvLogFormat format = new CsvLogFormat();
  private final TreeMap<Integer, SortedSet<String>> logs = new TreeMap<>();
  private final List<String> facts = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Warnings warnings = new Warnings();
  private InstructionLog shown;

  /** Whether the logs of some ranks are in the directories of other hosts. */
  private boolean logsOnOtherHosts;

  private boolean accessDenied;

  private RecordingCheck(Path directory) {
    this.directory = directory;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Matcher name = LOG.matcher(file.getFileName().toString());
        if (name.matches()) {
          logs.computeIfAbsent(Integer.valueOf(name.group(2)), rank -> new TreeSet<>())
              .add(name.group(1));
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.unreadable(directory, e);
    }
  }

  static DirectoryReport of(Path directory) {
    return new RecordingCheck(directory).report();
  }

  private DirectoryReport report() {
    Path run = directory.resolve(RunManifest.FILE_NAME);
    RunManifest manifest = null;
    if (Files.exists(run)) {
      try {
        manifest = RunManifest.read(run);
      } catch (UserError e) {
        problems.add(e.getMessage());
        accessDenied |= e.getCause() instanceof AccessDeniedException;
      }
    }
    if (manifest != null && manifest.ranks() != null && manifest.schedules() != null) {
      describe(manifest);
    }
    boolean energyOnly = !anyRankHas("instructions");
    if (energyOnly) {
      problems.add("No rank has instructions: the command had no recorder (docs/integrate.md).");
    }
    logs.forEach(this::describe);
    warnings.sentences().forEach(facts::add);
    return new DirectoryReport(
        what(manifest, energyOnly), facts, problems, next(manifest, energyOnly));
  }

  private boolean anyRankHas(String log) {
    return logs.values().stream().anyMatch(found -> found.contains(log));
  }

  private static String what(RunManifest manifest, boolean energyOnly) {
    if (energyOnly) {
      return "A recording of energy without instructions.";
    }
    if (manifest == null) {
      return "A recording without run.json, as Merak writes it.";
    }
    String model = UNNAMED_MODEL.equals(manifest.model()) ? "" : " of " + manifest.model();
    return "A recording%s by %s%s."
        .formatted(
            model,
            "external".equals(manifest.engine())
                ? "perseus-run (framework %s)".formatted(manifest.framework())
                : "perseus-profile (engine %s)".formatted(manifest.engine()),
            manifest.simulated() ? ", on simulated GPUs" : "");
  }

  private void describe(RunManifest manifest) {
    facts.add(
        "%s, pp %d dp %d tp %d, %s, schedule %s"
            .formatted(
                manifest.gpu(),
                manifest.ppDegree(),
                manifest.dpDegree(),
                manifest.tpDegree(),
                Named.count(manifest.numMicrobatches(), "microbatch"),
                manifest.trainSchedule()));
    List<RunManifest.Schedule> measured =
        manifest.schedules().stream().filter(schedule -> !schedule.warmup()).toList();
    facts.add(
        "%s, then %s"
            .formatted(
                Named.count(manifest.schedules().size() - measured.size(), "warm-up schedule"),
                measured.isEmpty() ? "nothing" : schedules(measured)));
    if (measured.stream().noneMatch(schedule -> schedule.frequencyMhz() != null)) {
      problems.add(
          "No schedule ran at one frequency, so that there is nothing to profile. Did the command end too early?");
    }
    for (RankPlace rank : manifest.ranks()) {
      if (logs.containsKey(rank.rank()) || manifest.run() == null) {
        logs.computeIfAbsent(rank.rank(), missing -> new TreeSet<>());
      } else {
        logsOnOtherHosts = true;
        facts.add(
            "rank %d: its logs lie on %s, in the output directory of perseus-run there"
                .formatted(rank.rank(), rank.host()));
      }
    }
  }

  private static String schedules(List<RunManifest.Schedule> measured) {
    RunManifest.Schedule first = measured.get(0);
    RunManifest.Schedule last = measured.get(measured.size() - 1);
    boolean again = Boolean.TRUE.equals(last.revisit()) && measured.size() > 1;
    int different = measured.size() - (again ? 1 : 0);
    return "%s %s%s, iterations %d to %d"
        .formatted(
            Named.count(different, "schedule"),
            different == 1
                ? "at " + text(first)
                : "from %s to %s".formatted(text(first), text(measured.get(different - 1))),
            again ? ", then the first again" : "",
            first.firstIteration(),
            last.lastIteration());
  }

  private static String text(RunManifest.Schedule schedule) {
    return schedule.frequencyMhz() == null
        ? String.valueOf(schedule.plan())
        : schedule.frequencyMhz() + " MHz";
  }

  /** Adds a line about the logs of a rank, and a problem for each missing or damaged log. */
  private void describe(int rank, SortedSet<String> found) {
    List<String> parts = new ArrayList<>();
    if (found.contains("instructions")) {
      describe(() -> parts.add(instructions(rank)));
    }
    if (found.contains("time-energy")) {
      describe(() -> parts.add(readings(rank)));
    }
    if (found.contains("power-samples")) {
      describe(
          () ->
              parts.add(
                  "%d power samples"
                      .formatted(format.readSamples(directory, rank, warnings).size())));
    }
    if (found.contains("gpu-state")) {
      parts.add("GPU states");
    }
    facts.add(
        "rank %d: %s"
            .formatted(
                rank,
                parts.isEmpty()
                    ? (found.isEmpty() ? "nothing" : "nothing readable")
                    : String.join("; ", parts)));
    if (anyRankHas("instructions") && !found.contains("instructions")) {
      problems.add("instructions-%d.csv is missing.".formatted(rank));
    }
    if (!found.contains("time-energy") && !found.contains("power-samples")) {
      problems.add("time-energy-%d.csv is missing.".formatted(rank));
    }
  }

  /** Reads one log, and adds a problem to the report if the log is damaged. */
  private void describe(Runnable reading) {
    try {
      reading.run();
    } catch (UserError e) {
      problems.add(e.getMessage());
      accessDenied |= e.getCause() instanceof AccessDeniedException;
    }
  }

  /**
   * Returns the kinds of instructions in the log of a rank, each with the number of its records.
   * Adds a problem to the report if the log has forwards but no backwards, because no iteration can
   * be found in it.
   */
  private String instructions(int rank) {
    InstructionLog log = format.readInstructions(directory, rank, warnings);
    shown = shown == null ? log : shown;
    MicrobatchCounts.withoutBackwards(rank, log)
        .map(UserError::getMessage)
        .ifPresent(problems::add);
    return kinds(log);
  }

  private String readings(int rank) {
    EnergyLog energy = format.readEnergy(directory, rank, warnings);
    return "%d readings of the counter, one every %.0f ms"
        .formatted(energy.size(), 1e3 * energy.periodSeconds());
  }

  private static String kinds(InstructionLog log) {
    List<String> kinds = new ArrayList<>();
    for (Instruction kind : log.kinds()) {
      kinds.add("%d %s".formatted(log.count(kind), kind.name()));
    }
    return String.join(", ", kinds);
  }

  private List<String> next(RunManifest manifest, boolean energyOnly) {
    if (accessDenied) {
      return List.of(
          "Make the files readable (chmod +r), and run bin/perseus-analyze check %s again."
              .formatted(ShellWord.of(directory)));
    }
    if (energyOnly) {
      return List.of("Add two lines to the training script; see docs/integrate.md.");
    }
    if (!problems.isEmpty()) {
      return List.of("Add the missing files, or record again; see docs/recording.md.");
    }
    if (logsOnOtherHosts) {
      return List.of(
          "bin/perseus-analyze %s DIR...   (DIR...: the directories of the other hosts)"
              .formatted(directory));
    }
    if (manifest != null) {
      return List.of("bin/perseus-analyze " + ShellWord.of(directory));
    }
    Optional<Integer> microbatches = microbatches();
    List<String> lines = new ArrayList<>();
    lines.add(
        "bin/perseus-analyze %s --num-microbatches %s --num-prof-steps STEPS --frequencies LIST --warmup-schedules W"
            .formatted(ShellWord.of(directory), microbatches.map(String::valueOf).orElse("N")));
    lines.add("  Fill in these values from the settings of the recorded job (docs/recording.md):");
    if (microbatches.isEmpty()) {
      lines.add(
          "  N: forwards of one rank in one iteration; the logs do not tell, because they have no optimizer_step in each iteration");
    }
    lines.add("  STEPS: iterations at each frequency");
    lines.add(
        "  LIST: frequencies in MHz in the order in which they ran, such as 1410,1395, or a GPU such as a100 for all its frequencies from the highest down");
    lines.add(
        "  W: number of warm-up schedules, of STEPS iterations each, before the first frequency of LIST; 0 if there were none; %d if you leave out the flag"
            .formatted(RunDirectory.DEFAULT_WARMUPS));
    return List.of(String.join("\n", lines));
  }

  /**
   * Returns the probable number of microbatches in an iteration; empty if it is unknown. One
   * optimizer step in each iteration is assumed.
   */
  private Optional<Integer> microbatches() {
    int forwards = shown == null ? 0 : shown.count(Instruction.FORWARD);
    int iterations = shown == null ? 0 : shown.count(Instruction.OPTIMIZER_STEP);
    return iterations > 0 && forwards % iterations == 0
        ? Optional.of(forwards / iterations)
        : Optional.empty();
  }
}
