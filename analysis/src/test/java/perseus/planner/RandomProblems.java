package perseus.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import perseus.pipeline.Instruction;
import perseus.pipeline.Interleaved;
import perseus.pipeline.Schedule;
import perseus.pipeline.Schedules;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.NotesWith;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * Makes small random planning problems with all schedules. Some problems have transfers, and some
 * have steep options (options that save very much energy for little additional time).
 */
public final class RandomProblems {
  /** Minimum energy in joules that a steep option saves per second of additional time. */
  private static final double STEEP_WATTS = 1e4;

  private RandomProblems() {}

  /**
   * @param seed the same seed gives the same problem
   * @param stages maximum number of stages
   * @param microbatches maximum number of microbatches
   * @param options maximum number of options of an operation
   */
  public static PlanningProblem problem(long seed, int stages, int microbatches, int options) {
    Random random = new Random(seed);
    int s = 1 + random.nextInt(stages);
    int m = 1 + random.nextInt(microbatches);
    Schedule schedule = random.nextBoolean() ? Schedules.ONE_FORWARD_ONE_BACKWARD : Schedules.GPIPE;
    if (s % 2 == 0 && m % (s / 2) == 0 && random.nextInt(3) == 0) {
      schedule = new Interleaved(2);
    }
    double blocking = random.nextInt(3) == 0 ? 0 : 100 * random.nextDouble();
    List<ProfileRow> rows = new ArrayList<>();
    for (int stage = 0; stage < s; stage++) {
      rows.addAll(options(random, stage, Instruction.FORWARD, 1 + random.nextInt(options)));
      rows.addAll(options(random, stage, Instruction.BACKWARD, 1 + random.nextInt(options)));
      if (random.nextInt(4) == 0) {
        rows.addAll(options(random, stage, Instruction.LOAD, 1));
      }
      if (random.nextInt(4) == 0) {
        rows.addAll(options(random, stage, Instruction.OPTIMIZER_STEP, 1));
      }
    }
    ProfileNotes notes = ProfileNotes.none("seed " + seed);
    if (random.nextBoolean()) {
      notes =
          NotesWith.transfers(notes, random.doubles(s, 0, 0.02).boxed().toList().subList(0, s - 1));
    }
    double[] watts = new double[s];
    Arrays.fill(watts, blocking);
    return PlanningProblem.of(new StageProfile(rows, notes), schedule, m, watts);
  }

  private static List<ProfileRow> options(
      Random random, int stage, Instruction instruction, int count) {
    List<ProfileRow> rows = new ArrayList<>();
    double time = 0.01 + 0.1 * random.nextDouble();
    double energy = 20 + 40 * random.nextDouble();
    int highest = 1410 - 15 * (random.nextInt(3) == 0 ? random.nextInt(3) : 0);
    boolean steep = random.nextInt(4) == 0;
    for (int k = 0; k < count; k++) {
      rows.add(new ProfileRow(stage, instruction, highest - 15 * k, time, energy));
      if (steep) {
        // The times of these options differ little, and their energies differ much, as if the GPU
        // was throttled.
        time += 0.03 * Math.pow(10, -6 * random.nextDouble());
        energy *= Math.pow(10, -random.nextDouble());
      } else {
        // Some options have equal times or equal energies. Some options with a lower clock are
        // faster than, or use more energy than, options with a higher clock.
        time += random.nextInt(5) == 0 ? 0 : 0.03 * (random.nextDouble() - 0.1);
        energy += random.nextInt(5) == 0 ? 0 : 4 * random.nextDouble() - 5 * random.nextDouble();
        energy = Math.max(0.1, energy);
      }
    }
    return rows;
  }

  /**
   * Returns whether any operation has a steep step from its fastest to its second fastest hull
   * point. A steep step saves very much energy for little additional time.
   */
  public static boolean isSteep(PlanningProblem problem) {
    return IntStream.range(0, problem.dag().size())
        .mapToObj(problem::options)
        .filter(set -> set.hull().length > 1)
        .anyMatch(
            set -> {
              int next = set.hull()[1];
              double joules = set.effectiveEnergy(0) - set.effectiveEnergy(next);
              return joules > STEEP_WATTS * (set.time(next) - set.time(0));
            });
  }

  /** Returns all plans, whose number is exponential in the number of operations. */
  public static List<Plan> everyPlan(PlanningProblem problem) {
    List<Plan> plans = new ArrayList<>();
    enumerate(problem, new ProfileRow[problem.dag().size()], 0, plans);
    return plans;
  }

  private static void enumerate(
      PlanningProblem problem, ProfileRow[] rows, int j, List<Plan> plans) {
    if (j == rows.length) {
      ProfileRow[] choices = rows.clone();
      plans.add(Plan.of(problem, i -> choices[i]));
      return;
    }
    for (ProfileRow row : problem.options(j).measured()) {
      rows[j] = row;
      enumerate(problem, rows, j + 1, plans);
    }
  }

  /**
   * Asserts that {@code plan} has the lowest effective energy (energy minus the energy of waiting)
   * of all plans in {@code every} that are not slower than {@code plan}.
   */
  public static void assertOptimal(Plan plan, List<Plan> every) {
    double best =
        every.stream()
            .filter(other -> other.timeSeconds() <= plan.timeSeconds())
            .mapToDouble(Plan::effectiveEnergyJoules)
            .min()
            .orElseThrow();
    double scale = Math.abs(best) + plan.problem().totalBlockingWatts() * plan.timeSeconds();
    assertThat(plan.effectiveEnergyJoules()).isBetween(best - 1e-9 * scale, best + 1e-9 * scale);
  }
}
