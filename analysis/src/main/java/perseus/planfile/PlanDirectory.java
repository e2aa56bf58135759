package perseus.planfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import perseus.io.AtomicFiles;
import perseus.io.JsonFiles;
import perseus.io.OutputTarget;
import perseus.io.UserError;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.SwitchCost;

/**
 * Writes a directory of plans: the files {@code frontier.csv}, {@code plans.json} and {@code
 * summary.json}, and the folder {@code plans/} with the plan files.
 *
 * <p>The plans of a directory are numbered from 0. Plan 0 of a directory is the slowest, and the
 * last plan is the fastest. The files contain times in seconds, energies in joules, and frequencies
 * in MHz.
 */
public final class PlanDirectory {
  static final String PLANS = "plans";

  /**
   * Matches the paths, relative to a directory of plans, of all files that planning writes into the
   * directory.
   */
  private static final Pattern WRITTEN =
      Pattern.compile(
          "plans(/.*)?|(plans|summary|profile|dag)\\.json|(profile|frontier|switch-cost)\\.csv"
              + "|(frontier|timeline|profile-stage-\\d+)\\.(png|svg)|report\\.html");

  /**
   * Matches the files in the folder {@link #PLANS} that new plans may replace: plan files, files of
   * knobs (settings other than the frequency) and hidden files.
   */
  private static final Pattern REPLACEABLE =
      Pattern.compile("freqs_pipeline_\\d+\\.py|scheds_pipeline_\\d+\\.json|\\..*");

  private PlanDirectory() {}

  /**
   * Writes further files into a directory of plans, such as the profile from which the plans were
   * made.
   */
  @FunctionalInterface
  public interface Companions {
    /**
     * Writes the files into a directory, which is renamed when all files are complete.
     *
     * @throws IOException if a file cannot be written; then no file is kept
     */
    void write(Path directory) throws IOException;
  }

  /**
   * Writes all files of a directory of plans, and replaces the files of earlier plans. If one of
   * the files cannot be written, the directory of plans does not change.
   *
   * @param companions writes further files into the directory, such as the profile of the plans
   * @throws perseus.io.UserError if a file of the directory cannot be written, or if the folder
   *     {@code plans/} contains a file that is not a plan
   */
  public static void write(
      Path directory,
      Frontier frontier,
      PlanSummary summary,
      PlanFormat format,
      Companions companions) {
    requireOnlyPlans(directory.resolve(PLANS));
    PlanCatalog catalog = catalog(frontier, summary);
    AtomicFiles.replaceAll(
        directory,
        temporary -> {
          writePlans(
              Files.createDirectory(temporary.resolve(PLANS)),
              frontier,
              new PlanOrigin(Optional.ofNullable(summary.model()), summary.simulated()),
              format);
          AtomicFiles.write(
              temporary.resolve(FrontierFile.NAME), out -> FrontierFile.write(catalog, out));
          JsonFiles.write(temporary.resolve(PlanCatalog.FILE_NAME), catalog);
          JsonFiles.write(temporary.resolve(PlanSummary.FILE_NAME), summary);
          if (catalog.switchCostFile() != null) {
            Files.writeString(
                temporary.resolve(SwitchCostFile.FILE_NAME),
                SwitchCostFile.text(frontier.problem().switchCost()));
          }
          companions.write(temporary);
        });
  }

  /**
   * Checks that plans can be written into a directory. The check creates no file. Commands call
   * this method before they start long work.
   *
   * @throws perseus.io.UserError if the directory cannot be created or written, or if the directory
   *     contains a file that must not be replaced
   */
  public static void requireWritable(Path directory) {
    OutputTarget.requireDirectory(directory);
    OutputTarget.requireFolder(directory.resolve(PLANS));
    requireOnlyPlans(directory.resolve(PLANS));
    for (String name :
        List.of(
            PlanCatalog.FILE_NAME,
            PlanSummary.FILE_NAME,
            FrontierFile.NAME,
            PlannedProblem.PROFILE_FILE_NAME)) {
      OutputTarget.requireFile(directory.resolve(name));
    }
  }

  /**
   * Deletes the plans of a directory, and the files {@code plans.json}, {@code summary.json} and
   * {@code frontier.csv}. The method deletes neither the profile nor other files, because the user
   * may have given these files to the command that made the plans.
   *
   * @throws UserError if a file cannot be deleted
   */
  public static void remove(Path directory) {
    for (String name :
        List.of(PlanCatalog.FILE_NAME, PlanSummary.FILE_NAME, FrontierFile.NAME, PLANS)) {
      try {
        AtomicFiles.delete(directory.resolve(name));
      } catch (IOException e) {
        throw AtomicFiles.unwritable(directory.resolve(name), e);
      }
    }
  }

  private static void writePlans(
      Path plans, Frontier frontier, PlanOrigin origin, PlanFormat format) throws IOException {
    for (int i = 0; i < frontier.plans().size(); i++) {
      Path file = plans.resolve(PlanFile.name(i));
      Files.writeString(file, text(frontier, i, origin, format));
      String knobs = KnobFile.text(frontier.plans().get(i), origin.simulated());
      if (!knobs.isEmpty()) {
        Files.writeString(KnobFile.beside(file), knobs);
      }
    }
  }

  /**
   * Checks that the folder {@code plans/} contains only files of plans, because the whole folder
   * will be replaced.
   */
  private static void requireOnlyPlans(Path plans) {
    if (!Files.exists(plans)) {
      return;
    }
    try (Stream<Path> files = Files.list(plans)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (Files.isDirectory(file) || !REPLACEABLE.matcher(name).matches()) {
          throw new IOException(
              "it contains " + name + ", which is not a plan; move it to another directory");
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.unwritable(plans, e);
    }
  }

  private static String text(Frontier frontier, int number, PlanOrigin origin, PlanFormat format) {
    Plan plan = frontier.plans().get(number);
    double cost = plan.effectiveEnergyJoules();
    double change =
        number == 0 ? 0 : cost - frontier.plans().get(number - 1).effectiveEnergyJoules();
    return format.text(FrequencyPlan.of(plan))
        + "# Iteration %s cost change: %s\n".formatted(number, FrontierFile.digits(change))
        + "# Iteration %s total cost: %s\n".formatted(number, FrontierFile.digits(cost))
        + "# Iteration %s total cost with P2P: %s\n"
            .formatted(number, FrontierFile.digits(plan.energyJoules()))
        + "# Iteration %s time: %s\n".formatted(number, FrontierFile.digits(plan.timeSeconds()))
        + origin.comments();
  }

  /**
   * Returns whether planning writes a file with the path {@code inside} into a directory of plans.
   *
   * @param inside path of a file, relative to a directory of plans
   */
  public static boolean isOwn(Path inside) {
    return WRITTEN.matcher(inside.toString().replace('\\', '/')).matches();
  }

  /**
   * Returns the paths of the files that {@link #copyPlan} creates: the plan file, and the knob file
   * (settings other than the frequency) if there is one.
   *
   * @param file path of the copied plan file
   * @param plan path of the original plan file
   */
  public static List<Path> files(Path file, Path plan) {
    return Files.exists(KnobFile.beside(plan))
        ? List.of(file, KnobFile.beside(file))
        : List.of(file);
  }

  /**
   * Checks that a plan can be written to the file {@code target}, and its knobs (settings other
   * than the frequency) beside it.
   *
   * @param files all files to write; the first is {@code target}
   */
  private static void requireTarget(Path target, List<Path> files) {
    if (files.size() > 1 && OutputTarget.isDevice(target)) {
      throw new UserError(
          "The plan cannot be written to %s, because it has settings other than frequencies, which stand in a second file beside it. Give the name of a file."
              .formatted(target));
    }
    files.forEach(OutputTarget::requireFile);
  }

  /**
   * Writes one plan of a frontier (the plans of a planner) to a plan file. If the plan has knobs
   * (settings other than the frequency), the method also writes a knob file.
   *
   * @param number number of the plan in the frontier, from 0
   * @param origin name of the profiled model, and whether its GPUs were simulated
   * @throws perseus.io.UserError if a file of the plan cannot be written
   */
  public static void writePlan(
      Path file, Frontier frontier, int number, PlanOrigin origin, PlanFormat format) {
    String knobs = KnobFile.text(frontier.plans().get(number), origin.simulated());
    requireTarget(file, knobs.isEmpty() ? List.of(file) : List.of(file, KnobFile.beside(file)));
    AtomicFiles.write(file, text(frontier, number, origin, format));
    if (!knobs.isEmpty()) {
      AtomicFiles.write(KnobFile.beside(file), knobs);
    }
  }

  /**
   * Copies a plan file, and also its knob file (settings other than the frequency) if the plan has
   * one.
   *
   * @throws perseus.io.UserError if a file of the plan cannot be copied
   */
  public static void copyPlan(Path from, Path to) {
    requireTarget(to, files(to, from));
    AtomicFiles.replace(to, temporary -> Files.copy(from, temporary));
    Path knobs = KnobFile.beside(from);
    if (Files.exists(knobs)) {
      AtomicFiles.replace(KnobFile.beside(to), temporary -> Files.copy(knobs, temporary));
    }
  }

  /**
   * Returns one entry of {@code plans.json} for each plan of a frontier (the plans of a planner).
   */
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

  /** Returns the contents of {@code plans.json} for a frontier (the plans of a planner). */
  public static PlanCatalog catalog(Frontier frontier, PlanSummary summary) {
    SwitchCost cost = frontier.problem().switchCost();
    return new PlanCatalog(
        PlanCatalog.SCHEMA_VERSION,
        summary.planner(),
        summary.schedule(),
        summary.stages(),
        summary.microbatches(),
        summary.blockingWatts(),
        cost.maxSeconds(),
        cost.isUniform() ? null : SwitchCostFile.FILE_NAME,
        frontier.problem().minDwellSeconds(),
        summary.simulated(),
        summary.allMax(),
        summary.shortestTimeS(),
        summary.leastEnergyTimeS(),
        summary.leastEffectiveEnergyTimeS(),
        entries(frontier));
  }
}
