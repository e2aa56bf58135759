package perseus.attribution;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import perseus.attribution.activity.Activity;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.activity.UnrecordedWork;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.fit.WindowFit;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.search.SensorSearch;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/**
 * Finds waits in which a GPU does work that no record covers.
 *
 * <p>Problem: work inside an iteration that is not recorded counts as waiting. Its power then
 * changes the energies of the instructions before and after it. It also leads to a wrong smoothing
 * of the sensor.
 *
 * <p>Method: the fit gives separate powers to the waits that may contain work ({@link
 * UnrecordedWork}), at up to three frequencies. These waits contain work if their power is clearly
 * above the blocking power.
 *
 * <p>Complexity: at most three fits for each rank, one for each frequency.
 */
final class UnrecordedSearch {
  /** Minimum power of unrecorded work, as a multiple of the blocking power. */
  private static final double MIN_RATIO = 1.5;

  private static final double MIN_STDERRS = 6;

  /**
   * Minimum energy of unrecorded work above the blocking power, as a fraction of the energy of the
   * rank.
   */
  private static final double MIN_SHARE = 0.004;

  /** Number of time sections with separate powers of each long computation. */
  private static final int PARTS = 4;

  /** Maximum number of frequencies that are fitted, which limits the computing time. */
  private static final int MAX_WINDOWS = 3;

  private static final double MIN_SECONDS_FOR_PARTS = 4e-3;

  private UnrecordedSearch() {}

  /**
   * Returns the names of the waits that contain unrecorded work on at least one rank; empty if
   * there are none.
   *
   * @param learned estimated sensor, and recordings of some ranks
   * @param warnings receives a warning about each rank with unrecorded work
   */
  static Set<Instruction> find(SensorSearch.Learned learned, Warnings warnings) {
    Set<Instruction> all = new TreeSet<>();
    learned.sample().parallelStream()
        .map(marked -> find(marked, learned.sensor(), warnings))
        .toList()
        .forEach(all::addAll);
    return all;
  }

  /**
   * Returns the recording with records of unrecorded work.
   *
   * @param rank recording of a rank as it was read
   * @param work waits that contain work on at least one rank
   */
  static RankRecording inserted(RankRecording rank, Set<Instruction> work) {
    if (work.isEmpty()) {
      return rank;
    }
    Set<Instruction> likely = new TreeSet<>(UnrecordedWork.candidates(rank));
    likely.retainAll(work);
    return UnrecordedWork.inserted(rank, likely);
  }

  /**
   * Returns the names of the waits of a rank that contain unrecorded work; empty if there are none.
   *
   * @param marked recording of the rank with corrected times
   * @param warnings receives a warning about each rank with unrecorded work
   */
  private static Set<Instruction> find(MarkedRank marked, Sensor sensor, Warnings warnings) {
    List<Window> windows = marked.rank().windows();
    RankRecording some =
        marked.rank().withWindows(windows.subList(0, Math.min(MAX_WINDOWS, windows.size())));
    Set<Instruction> names = new TreeSet<>(UnrecordedWork.candidates(some));
    if (names.isEmpty()) {
      return names;
    }
    MarkedRank inserted = marked.with(rank -> UnrecordedWork.inserted(some, names));
    PowerModel model = detailedModel(inserted);
    List<WindowEnergy> energies =
        inserted.rank().windows().stream()
            .map(window -> new WindowFit(window, sensor, model, Double.NaN))
            .filter(fit -> fit.readings() > 2 * fit.powers())
            .map(fit -> fit.energy(List.of()))
            .toList();
    Set<Instruction> found = new TreeSet<>();
    for (Instruction name : names) {
      Excess excess = Excess.of(name, energies);
      if (excess.isWork()) {
        found.add(name);
        warnings.add(warning(marked.rank().rank(), name, excess));
      }
    }
    return found;
  }

  /**
   * Compares the power of the waits that may contain work with the blocking power of other waits,
   * over several frequencies.
   *
   * @param watts mean power of the waits that may contain work
   * @param blockingWatts mean blocking power
   * @param stderrs difference of the two powers in standard errors, combined over all frequencies
   * @param share energy of the waits above the blocking power, as a fraction of all energy
   */
  private record Excess(double watts, double blockingWatts, double stderrs, double share) {
    static Excess of(Instruction name, List<WindowEnergy> energies) {
      double watts = 0;
      double blocking = 0;
      double stderrs = 0;
      double joules = 0;
      double all = 0;
      int n = 0;
      for (WindowEnergy energy : energies) {
        for (InstructionEnergy wait : energy.special()) {
          if (wait.instruction().equals(name) && energy.blockingWatts() > 0) {
            double more = wait.watts() - energy.blockingWatts();
            double ofWait = wait.energyStderrJoules() / wait.durations().mean();
            stderrs += more / Math.hypot(ofWait, energy.blockingStderrWatts());
            joules += more * wait.durations().total();
            all += energy.counterJoules();
            watts += wait.watts();
            blocking += energy.blockingWatts();
            n++;
          }
        }
      }
      return new Excess(watts / n, blocking / n, stderrs / Math.sqrt(n), joules / all);
    }

    boolean isWork() {
      return watts > MIN_RATIO * blockingWatts && stderrs > MIN_STDERRS && share > MIN_SHARE;
    }
  }

  private static PowerModel detailedModel(MarkedRank rank) {
    Window window = rank.rank().windows().get(0);
    Map<Instruction, Integer> parts = new HashMap<>();
    for (Instruction kind : window.kinds()) {
      boolean isDivided = kind.isComputation() && !Activity.isSpecial(kind);
      if (isDivided && window.durations(kind).mean() > MIN_SECONDS_FOR_PARTS) {
        parts.put(kind, PARTS);
      }
    }
    Set<Instruction> separate = new HashSet<>(rank.unusual());
    separate.add(Activity.BETWEEN_ITERATIONS);
    return new PowerModel(parts, separate);
  }

  private static Warning warning(int rank, Instruction work, Excess excess) {
    return new Warning(
        Warning.Kind.DOUBTFUL,
        "unrecorded work",
        rank,
        1,
        excess.share,
        String.format(
            Locale.ROOT,
            "Rank %d draws %.0f W in the wait after %s of an iteration, but %.0f W in other waits, so no record covers the work there. It gets a power of its own; record this work too.",
            rank,
            excess.watts,
            Activity.placeOf(work),
            excess.blockingWatts));
  }
}
