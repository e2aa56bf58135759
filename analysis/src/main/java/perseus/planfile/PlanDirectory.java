package perseus.planfile;

import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import perseus.io.AtomicFiles;
import perseus.io.JsonFiles;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;

/**
 * What planning leaves behind: {@code frontier.csv}, {@code plans/}, {@code plans.json} and {@code
 * summary.json}. Plans are numbered from the slowest, 0, to the fastest.
 */
public final class PlanDirectory {
  private static final String PLANS = "plans";

  /** Digits that summing in another order leaves alone. */
  private static final MathContext DIGITS = new MathContext(10);

  /** All that planning writes, and the charts beside it. */
  private static final Pattern WRITTEN =
      Pattern.compile(
          "plans(/.*)?|(plans|summary|profile|dag)\\.json|(profile|frontier)\\.csv"
              + "|(frontier|timeline|profile-stage-\\d+)\\.png");

  /** Plans, their knobs, and what file managers leave. */
  private static final Pattern OWN_FILES =
      Pattern.compile("freqs_pipeline_\\d+\\.py|scheds_pipeline_\\d+\\.json|\\..*");

  private PlanDirectory() {}

  /**
   * Writes all files, replacing those of an earlier planning, or none. Times are in seconds,
   * energies in joules, frequencies in MHz.
   *
   * @param companions writes what else belongs to the plans into a directory
   * @throws perseus.io.UserError if the directory cannot be written, or its {@code plans} holds
   *     what no planning wrote
   */
  public static void write(
      Path directory,
      Frontier frontier,
      PlanSummary summary,
      PlanFormat format,
      AtomicFiles.Maker companions) {
    refuseOthersFiles(directory.resolve(PLANS));
    PlanCatalog catalog = catalog(frontier, summary);
    AtomicFiles.replaceAll(
        directory,
        temporary -> {
          writePlans(Files.createDirectory(temporary.resolve(PLANS)), frontier, format);
          AtomicFiles.write(temporary.resolve("frontier.csv"), out -> writeFrontier(catalog, out));
          JsonFiles.write(temporary.resolve(PlanCatalog.FILE_NAME), catalog);
          JsonFiles.write(temporary.resolve(PlanSummary.FILE_NAME), summary);
          companions.make(temporary);
        });
  }

  private static void writePlans(Path plans, Frontier frontier, PlanFormat format)
      throws IOException {
    for (int i = 0; i < frontier.plans().size(); i++) {
      Path file = plans.resolve(PlanFile.name(i));
      Files.writeString(file, text(frontier, i, format));
      String knobs = KnobFile.text(frontier.plans().get(i));
      if (!knobs.isEmpty()) {
        Files.writeString(KnobFile.beside(file), knobs);
      }
    }
  }

  /** Nothing that no planning wrote may vanish with the plans of an earlier one. */
  private static void refuseOthersFiles(Path plans) {
    if (!Files.exists(plans)) {
      return;
    }
    try (Stream<Path> files = Files.list(plans)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (Files.isDirectory(file) || !OWN_FILES.matcher(name).matches()) {
          throw new IOException("it holds " + name + ", which is no plan; move it elsewhere");
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.unwritable(plans, e);
    }
  }

  private static String text(Frontier frontier, int number, PlanFormat format) {
    Plan plan = frontier.plans().get(number);
    double cost = plan.effectiveEnergyJoules();
    double change =
        number == 0 ? 0 : cost - frontier.plans().get(number - 1).effectiveEnergyJoules();
    return format.text(FrequencyPlan.of(plan))
        + "# Iteration %s cost change: %s\n".formatted(number, digits(change))
        + "# Iteration %s total cost: %s\n".formatted(number, digits(cost))
        + "# Iteration %s total cost with P2P: %s\n".formatted(number, digits(plan.energyJoules()))
        + "# Iteration %s time: %s\n".formatted(number, digits(plan.timeSeconds()));
  }

  /** Whether a path inside a directory of plans is one that planning writes. */
  public static boolean isOwn(Path inside) {
    return WRITTEN.matcher(inside.toString().replace('\\', '/')).matches();
  }

  /** Where a plan like {@code plan} goes to if it is written to {@code file}: with its knobs. */
  public static List<Path> files(Path file, Path plan) {
    return Files.exists(KnobFile.beside(plan))
        ? List.of(file, KnobFile.beside(file))
        : List.of(file);
  }

  /**
   * Writes one plan, and beside it, where its options have further knobs, NAME.json with them.
   *
   * @param number of the plan in its frontier
   * @throws perseus.io.UserError if it cannot be written
   */
  public static void writePlan(Path file, Frontier frontier, int number, PlanFormat format) {
    AtomicFiles.write(file, text(frontier, number, format));
    String knobs = KnobFile.text(frontier.plans().get(number));
    if (!knobs.isEmpty()) {
      AtomicFiles.write(KnobFile.beside(file), knobs);
    }
  }

  /** Copies a plan of a directory, and its further knobs where it has them. */
  public static void copyPlan(Path from, Path to) {
    AtomicFiles.replace(to, temporary -> Files.copy(from, temporary));
    Path knobs = KnobFile.beside(from);
    if (Files.exists(knobs)) {
      AtomicFiles.replace(KnobFile.beside(to), temporary -> Files.copy(knobs, temporary));
    }
  }

  /** What {@code plans.json} says of a frontier's plans. */
  static List<PlanCatalog.Entry> entries(Frontier frontier) {
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
              plan.clockChanges(),
              plan.timeSeconds() > frontier.leastEnergy().timeSeconds()));
    }
    return entries;
  }

  private static PlanCatalog catalog(Frontier frontier, PlanSummary summary) {
    return new PlanCatalog(
        PlanCatalog.SCHEMA_VERSION,
        summary.planner(),
        summary.schedule(),
        summary.stages(),
        summary.microbatches(),
        summary.blockingWatts(),
        frontier.problem().switchSeconds(),
        summary.simulated(),
        summary.allMax(),
        summary.shortestTimeS(),
        summary.leastEnergyTimeS(),
        summary.leastEffectiveEnergyTimeS(),
        entries(frontier));
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
