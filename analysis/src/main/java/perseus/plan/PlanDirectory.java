package perseus.plan;

import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import perseus.planner.Plan;
import perseus.planner.PlannedFrontier;
import perseus.profile.ProfileRow;
import perseus.recording.AtomicFiles;
import perseus.recording.InputException;
import perseus.recording.JsonFiles;

/**
 * What planning leaves behind: {@code frontier.csv}, {@code plans/}, {@code plans.json} and {@code
 * summary.json}. Plans are numbered from the slowest, 0, to the fastest.
 */
public final class PlanDirectory {
  private static final String PLANS = "plans";

  private static final Pattern WRITTEN =
      Pattern.compile("freqs_pipeline_\\d+\\.py|scheds_pipeline_\\d+\\.json");

  /** Digits that summing in another order leaves alone. */
  private static final MathContext DIGITS = new MathContext(10);

  private PlanDirectory() {}

  /**
   * Writes all files, replacing those of an earlier planning.
   *
   * @throws perseus.recording.InputException if the directory cannot be written, or its {@code
   *     plans} holds something else
   */
  public static void write(
      Path directory, PlannedFrontier frontier, PlanSummary summary, PlanFormat format) {
    requireOnlyPlans(directory.resolve(PLANS));
    AtomicFiles.createDirectories(directory);
    replacePlans(directory.resolve(PLANS), frontier, format);
    PlanCatalog catalog = catalog(frontier, summary);
    AtomicFiles.write(directory.resolve("frontier.csv"), out -> writeFrontier(catalog, out));
    JsonFiles.write(directory.resolve(PlanCatalog.FILE_NAME), catalog);
    JsonFiles.write(directory.resolve(PlanSummary.FILE_NAME), summary);
  }

  /** Plans replace the whole directory, which therefore must hold nothing else. */
  private static void requireOnlyPlans(Path plans) {
    if (!Files.isDirectory(plans)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(plans)) {
      for (Path entry : entries) {
        if (!WRITTEN.matcher(entry.getFileName().toString()).matches()) {
          throw new InputException(
              "%s holds %s, which is no plan, and would be replaced; choose another output directory."
                  .formatted(plans, entry.getFileName()));
        }
      }
    } catch (IOException e) {
      throw new InputException(plans + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }

  private static void replacePlans(Path plans, PlannedFrontier frontier, PlanFormat format) {
    AtomicFiles.replace(
        plans,
        temporary -> {
          Files.createDirectory(temporary);
          try {
            for (int i = 0; i < frontier.plans().size(); i++) {
              Files.writeString(temporary.resolve(PlanFile.name(i)), text(frontier, i, format));
              writeKnobs(frontier.plans().get(i), temporary, i);
            }
            delete(plans);
          } catch (IOException | RuntimeException e) {
            delete(temporary);
            throw e;
          }
        });
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String text(PlannedFrontier frontier, int number, PlanFormat format) {
    Plan plan = frontier.plans().get(number);
    double cost = plan.effectiveEnergyJoules();
    double change =
        number == 0 ? 0 : cost - frontier.plans().get(number - 1).effectiveEnergyJoules();
    return format.text(FrequencyPlan.of(plan))
        + "# Iteration %d cost change: %s\n".formatted(number, digits(change))
        + "# Iteration %d total cost: %s\n".formatted(number, digits(cost))
        + "# Iteration %d total cost with P2P: %s\n".formatted(number, digits(plan.energyJoules()))
        + "# Iteration %d time: %s\n".formatted(number, digits(plan.timeSeconds()));
  }

  /** Beside a plan whose options have further knobs: these, in the plan's order. */
  private static void writeKnobs(Plan plan, Path directory, int number) throws IOException {
    List<List<Map<String, Object>>> stages = new ArrayList<>();
    boolean any = false;
    for (int s = 0; s < plan.problem().dag().stages(); s++) {
      List<Map<String, Object>> entries = new ArrayList<>();
      for (ProfileRow row : plan.computations(s)) {
        any |= !row.knobs().isEmpty();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("instruction", row.instruction().name());
        entry.put("frequency", row.frequencyMhz());
        entry.putAll(row.knobs());
        entries.add(entry);
      }
      stages.add(entries);
    }
    if (any) {
      Files.writeString(
          directory.resolve("scheds_pipeline_%05d.json".formatted(number)),
          JsonFiles.toJson(stages));
    }
  }

  private static PlanCatalog catalog(PlannedFrontier frontier, PlanSummary summary) {
    List<PlanCatalog.Entry> entries = new ArrayList<>();
    for (int i = 0; i < frontier.plans().size(); i++) {
      Plan plan = frontier.plans().get(i);
      entries.add(
          new PlanCatalog.Entry(
              i,
              PLANS + "/" + PlanFile.name(i),
              plan.timeSeconds(),
              plan.energyJoules(),
              frontier.boundAt(plan.timeSeconds()),
              frontier.gap(plan),
              plan.timeSeconds() > frontier.leastEnergy().timeSeconds()));
    }
    return new PlanCatalog(
        PlanCatalog.SCHEMA_VERSION,
        summary.planner(),
        summary.schedule(),
        summary.stages(),
        summary.microbatches(),
        summary.blockingWatts(),
        summary.simulated(),
        summary.allMax(),
        summary.shortestTimeS(),
        summary.leastEnergyTimeS(),
        summary.leastEffectiveEnergyTimeS(),
        entries);
  }

  private static void writeFrontier(PlanCatalog catalog, BufferedWriter out) throws IOException {
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader("time_s", "energy_j", "lower_bound_j", "plan")
            .setRecordSeparator("\n")
            .get();
    try (CSVPrinter printer = format.print(out)) {
      for (PlanCatalog.Entry entry : catalog.plans()) {
        printer.printRecord(
            digits(entry.timeS()),
            digits(entry.energyJ()),
            digits(entry.lowerBoundJ()),
            Path.of(entry.file()).getFileName());
      }
    }
  }

  private static String digits(double value) {
    return new BigDecimal(value, DIGITS).toPlainString();
  }
}
