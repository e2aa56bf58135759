package perseus.planfile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Computes time and energy of a plan file under 1F1B from the text of {@code profile.csv}.
 *
 * <p>Tests compare the planner's predictions with this class. Therefore this class shares no code
 * with the planner.
 */
final class IndependentEvaluation {
  private final Map<String, double[]> timeAndEnergy = new HashMap<>();
  private final Map<String, Double> ends = new HashMap<>();
  private final List<List<String>> orders = new ArrayList<>();
  private final List<Map<String, double[]>> chosen = new ArrayList<>();
  private final double[] transfers;

  final double timeSeconds;
  final double energyJoules;

  /**
   * @param blockingWatts power in watts of all GPUs of each stage together while they wait
   * @param transfers time of a transfer between each stage and the next, in seconds
   */
  IndependentEvaluation(
      Path profile, Path plan, int microbatches, double[] blockingWatts, double[] transfers)
      throws IOException {
    this.transfers = transfers;
    for (String line : Files.readAllLines(profile)) {
      String[] f = line.split(",");
      if (!f[0].equals("stage")) {
        timeAndEnergy.put(
            f[0] + f[1] + (f[1].endsWith("ward") ? f[2] : ""),
            new double[] {Double.parseDouble(f[3]), Double.parseDouble(f[4])});
      }
    }
    int stages = blockingWatts.length;
    List<String> lines =
        Files.readAllLines(plan).stream().filter(l -> l.matches("\\[.*\\d.*")).toList();
    for (int s = 0; s < stages; s++) {
      List<String> frequencies =
          Pattern.compile("\\d+").matcher(lines.get(s)).results().map(MatchResult::group).toList();
      order(s, stages, microbatches, frequencies);
    }
    double makespan = 0;
    for (int s = 0; s < stages; s++) {
      List<String> order = orders.get(s);
      makespan = Math.max(makespan, end(s, order.get(order.size() - 1)));
    }
    double energy = 0;
    for (int s = 0; s < stages; s++) {
      double blocked = makespan;
      for (double[] option : chosen.get(s).values()) {
        blocked -= option[0];
        energy += option[1];
      }
      energy += blocked * blockingWatts[s];
    }
    timeSeconds = makespan;
    energyJoules = energy;
  }

  /**
   * Computes the order of the computations of a stage. A microbatch is open between its forward and
   * its backward. At any time, at most as many microbatches are open as there are stages from this
   * stage to the last stage.
   */
  private void order(int s, int stages, int microbatches, List<String> frequencies) {
    List<String> order = new ArrayList<>();
    Map<String, double[]> options = new HashMap<>();
    int forwards = 0;
    int backwards = 0;
    while (backwards < microbatches) {
      boolean forward = forwards < microbatches && forwards - backwards < stages - s;
      String kind = forward ? "forward" : "backward";
      if (forward && timeAndEnergy.containsKey(s + "load")) {
        order.add("load" + forwards);
        options.put("load" + forwards, timeAndEnergy.get(s + "load"));
      }
      String name = kind + (forward ? forwards++ : backwards++);
      order.add(name);
      options.put(name, timeAndEnergy.get(s + kind + frequencies.get(forwards + backwards - 1)));
    }
    if (timeAndEnergy.containsKey(s + "optimizer_step")) {
      order.add("optimizer_step");
      options.put("optimizer_step", timeAndEnergy.get(s + "optimizer_step"));
    }
    orders.add(order);
    chosen.add(options);
  }

  private double end(int s, String name) {
    Double known = ends.get(s + name);
    if (known != null) {
      return known;
    }
    int position = orders.get(s).indexOf(name);
    double start = position == 0 ? 0 : end(s, orders.get(s).get(position - 1));
    if (name.startsWith("forward") && s > 0) {
      start = Math.max(start, end(s - 1, name) + transfers[s - 1]);
    }
    if (name.startsWith("backward") && s < orders.size() - 1) {
      start = Math.max(start, end(s + 1, name) + transfers[s]);
    }
    double end = start + chosen.get(s).get(name)[0];
    ends.put(s + name, end);
    return end;
  }
}
