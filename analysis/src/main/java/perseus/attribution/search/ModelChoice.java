package perseus.attribution.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import perseus.attribution.activity.Activity;
import perseus.attribution.fit.CrossValidation;
import perseus.attribution.fit.NormalEquations;
import perseus.attribution.fit.PowerColumns;
import perseus.attribution.fit.PowerModel;
import perseus.attribution.fit.Readings;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;

/**
 * Chooses the {@link PowerModel} of a rank: activities with separate powers, and the number of time
 * sections of each instruction.
 *
 * <p>Problem: find the model whose fitted powers best predict readings that were not used for the
 * fit (cross-validation). A more detailed power model is chosen only if the prediction of readings
 * improves by more than chance allows.
 *
 * <p>Method: a first greedy search increases the number of time sections of one instruction at a
 * time. In a short recording at a power limit, each instruction has the maximum number of time
 * sections. A second greedy search gives one more activity its own fitted power in each step, as
 * long as the prediction of readings improves significantly. Each greedy search computes the normal
 * equations only once, for the most detailed model. The normal equations of a less detailed model
 * are computed by merging columns of the most detailed model.
 *
 * <p>Complexity: O(readings C^2) time for each search, and O(C^3) time for each tested model and
 * fold, with C powers in the most detailed model.
 */
final class ModelChoice {
  /**
   * Number of time sections of an instruction in the most detailed model. The number {@code
   * FINE_PARTS} is divisible by 1, 2, 3 and 4, because time sections are merged into 1 to 4 longer
   * time sections.
   */
  private static final int FINE_PARTS = 12;

  private static final int FOLDS = 5;

  /**
   * Minimum decrease of -2 log likelihood beyond {@link #chance} for which an activity gets a
   * separate power. A separate power makes the other powers less certain, because fewer readings
   * determine them.
   */
  private static final double SPECIAL_MARGIN = 10;

  /**
   * Minimum number of power samples of a recording at a power limit. With fewer samples, each
   * instruction has the maximum number of time sections.
   */
  private static final int SAMPLES_FOR_PARTS = 500;

  private final RankSample sample;
  private final Channel channel;
  private final Sensor sensor;

  private ModelChoice(RankSample sample, Channel channel, Sensor sensor) {
    this.sample = sample;
    this.channel = channel;
    this.sensor = sensor;
  }

  /** Chooses the power model of the rank from which {@code sample} was taken. */
  static PowerModel of(RankSample sample, Sensor sensor) {
    ModelChoice choice = new ModelChoice(sample, sample.finest(), sensor);
    return choice.withSpecialActivities(choice.parts());
  }

  /** Holds the normal equations of all folds at one frequency, for the most detailed model. */
  private record Detailed(
      List<Instruction> activities, PowerColumns columns, NormalEquations[] folds) {}

  private List<Detailed> detailed(PowerModel model) {
    List<Detailed> all = new ArrayList<>();
    for (RankSample.Part part : sample.parts()) {
      Readings readings = part.readings(channel);
      if (readings.size() > 0) {
        PowerColumns columns = PowerColumns.of(part.activities(), model);
        all.add(
            new Detailed(
                part.activities(),
                columns,
                CrossValidation.foldSums(readings, columns, sensor, FOLDS)));
      }
    }
    return all;
  }

  /** Chooses the number of time sections, each with its own power, of each instruction. */
  private Map<Instruction, Integer> parts() {
    PowerModel detailedModel = sample.detailedModel();
    if (isShortAtLimit()) {
      Map<Instruction, Integer> most = new HashMap<>(detailedModel.parts());
      most.keySet().removeIf(Activity::isSpecial);
      return most;
    }
    Map<Instruction, Integer> fine = new HashMap<>(detailedModel.parts());
    Map<Instruction, Integer> parts = new HashMap<>(detailedModel.parts());
    List<Instruction> kinds = new ArrayList<>();
    for (Instruction kind : sample.divisible()) {
      if (!Activity.isBetweenIterations(kind)) {
        kinds.add(kind);
        fine.put(kind, FINE_PARTS);
        parts.put(kind, 1);
      }
    }
    List<Detailed> detailed = detailed(new PowerModel(fine, detailedModel.separate()));
    double best = misfit(detailed, new PowerModel(parts, detailedModel.separate()));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Instruction kind : kinds) {
        for (int n = parts.get(kind) + 1; n <= RankSample.MAX_PARTS; n++) {
          Map<Instruction, Integer> more = new HashMap<>(parts);
          more.put(kind, n);
          double misfit = misfit(detailed, new PowerModel(more, detailedModel.separate()));
          if (misfit < best - chance(detailed.size(), n - parts.get(kind))) {
            best = misfit;
            parts = more;
            changed = true;
          }
        }
      }
    }
    parts.keySet().removeIf(Activity::isSpecial);
    return parts;
  }

  /**
   * Returns whether a power limit lowers the clock, and the recording has few power samples. At its
   * power limit, a GPU draws more power after a wait, so the power certainly varies within
   * instructions. Cross-validation with few samples may not show that an instruction needs several
   * time sections.
   */
  private boolean isShortAtLimit() {
    return channel == Channel.SAMPLES
        && sample.isAtLimit()
        && sample.readings(channel) < SAMPLES_FOR_PARTS;
  }

  /**
   * Returns by how much -2 log likelihood may decrease by chance if the model has more fitted
   * powers. The returned value grows with the square root of the number of added fitted powers,
   * which is {@code windows * columns}.
   */
  private static double chance(int windows, int columns) {
    return 2 + 2 * Math.sqrt((double) windows * columns);
  }

  /** Adds the separate powers that improve the prediction of readings to the model. */
  private PowerModel withSpecialActivities(Map<Instruction, Integer> parts) {
    Set<Instruction> all = sample.specialActivities();
    Map<Instruction, Integer> detailedParts = new HashMap<>(parts);
    detailedParts.put(Activity.BETWEEN_ITERATIONS, RankSample.MAX_PARTS);
    List<Detailed> detailed = detailed(new PowerModel(detailedParts, all));
    Set<Instruction> chosen = new HashSet<>(sample.unusual());
    PowerModel model = new PowerModel(parts, chosen);
    double best = misfit(detailed, model);
    while (true) {
      PowerModel better = null;
      double gain = 0;
      for (Instruction activity : all) {
        for (PowerModel candidate : with(model, activity)) {
          double misfit = misfit(detailed, candidate);
          int columns = columns(candidate, activity) - columns(model, activity);
          double excess = best - misfit - SPECIAL_MARGIN - chance(detailed.size(), columns);
          if (excess > gain) {
            gain = excess;
            better = candidate;
          }
        }
      }
      if (better == null) {
        return model;
      }
      model = better;
      best = misfit(detailed, model);
    }
  }

  private static int columns(PowerModel model, Instruction activity) {
    return model.separate().contains(activity) ? model.parts(activity) : 0;
  }

  /**
   * Returns the next models to try for an activity, with a separate power or with more time
   * sections.
   */
  private static List<PowerModel> with(PowerModel model, Instruction activity) {
    Set<Instruction> separate = new HashSet<>(model.separate());
    boolean isNew = separate.add(activity);
    if (!Activity.isBetweenIterations(activity)) {
      return isNew ? List.of(new PowerModel(model.parts(), separate)) : List.of();
    }
    List<PowerModel> models = new ArrayList<>();
    for (int n = isNew ? 1 : 2 * model.parts(activity); n <= RankSample.MAX_PARTS; n *= 2) {
      Map<Instruction, Integer> parts = new HashMap<>(model.parts());
      parts.put(activity, n);
      models.add(new PowerModel(parts, separate));
    }
    return models;
  }

  /**
   * Returns -2 log likelihood of the readings that cross-validation predicts, over all frequencies.
   */
  private static double misfit(List<Detailed> windows, PowerModel model) {
    double sum = 0;
    for (Detailed window : windows) {
      PowerColumns columns = PowerColumns.of(window.activities, model);
      int[] target = mergedColumns(window.columns, columns);
      NormalEquations[] folds = new NormalEquations[FOLDS];
      for (int f = 0; f < FOLDS; f++) {
        folds[f] = window.folds[f].withMergedColumns(target, columns.size());
      }
      NormalEquations all = CrossValidation.total(folds);
      sum += all.misfit(CrossValidation.heldOutSquares(folds, all, columns));
    }
    return sum;
  }

  /** Returns, for each column of the detailed model, the column into which it is merged. */
  private static int[] mergedColumns(PowerColumns detailed, PowerColumns columns) {
    int[] target = new int[detailed.size()];
    int[] kinds = columns.indicesOf(detailed.kinds());
    for (int k = 0; k < kinds.length; k++) {
      int start = detailed.firstColumn(k);
      if (kinds[k] >= 0) {
        int first = columns.firstColumn(kinds[k]);
        int parts = columns.parts(kinds[k]);
        int width = Math.max(1, detailed.parts(k) / parts);
        IntStream.range(0, detailed.parts(k))
            .forEach(p -> target[start + p] = first + Math.min(p / width, parts - 1));
      }
    }
    return target;
  }
}
