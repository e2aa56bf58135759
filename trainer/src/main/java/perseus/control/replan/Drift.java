package perseus.control.replan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import perseus.profile.ProfileRow;

/**
 * Describes how the measurements of a job differ from the profile, and corrects the profile.
 *
 * <p>Each time in the profile is multiplied by a factor: the measured time divided by the time in
 * the profile. If the instruction did not run at a clock, its factor at this clock is interpolated
 * linearly between two measured clocks. Above the highest and below the lowest measured clock, the
 * factor is that of the nearest measured clock.
 *
 * <p>Each energy in the profile is first multiplied by the same factor, so that the power of the
 * instruction does not change. The powers of forwards and backwards are then multiplied by another
 * factor ({@link PowerChange}), so that their total energy equals the measured energy.
 *
 * @param times map for each instruction whose times have changed. The keys are clocks in MHz, and
 *     the values are measured time divided by the time in the profile.
 * @param powers change of the powers of forwards and backwards, for each stage whose energies were
 *     measured
 * @param stages stages whose times or energies differ from the profile by more than the tolerance
 */
record Drift(
    Map<Cell.Work, NavigableMap<Integer, Double>> times,
    Map<Integer, PowerChange> powers,
    Set<Integer> stages) {

  /**
   * Compares the measurements under several frequency schedules with the profile.
   *
   * @param slower instructions whose times differ from the profile by more than the tolerance
   * @param positions positions in a pipeline, from 0, at which the energies differ from the profile
   *     by more than the tolerance
   */
  static Drift of(Collection<RoundRatios> rounds, Set<Cell.Work> slower, Set<Integer> positions) {
    Map<Cell.Work, NavigableMap<Integer, Double>> times = new HashMap<>();
    Map<Cell, Double> weights = new HashMap<>();
    for (RoundRatios round : rounds) {
      round
          .times()
          .forEach((cell, ratio) -> weights.merge(cell, (double) ratio.values(), Double::sum));
    }
    for (RoundRatios round : rounds) {
      round
          .times()
          .forEach(
              (cell, ratio) -> {
                if (slower.contains(cell.work())) {
                  times
                      .computeIfAbsent(cell.work(), work -> new TreeMap<>())
                      .merge(
                          cell.clockMhz(),
                          ratio.mean() * ratio.values() / weights.get(cell),
                          Double::sum);
                }
              });
    }
    Set<Integer> stages = new HashSet<>();
    times.keySet().forEach(work -> stages.add(work.stage()));
    Drift found = new Drift(times, new TreeMap<>(), stages);
    found.addEnergies(rounds, positions);
    return found;
  }

  private void addEnergies(Collection<RoundRatios> rounds, Set<Integer> positions) {
    Map<Integer, List<RoundRatios.PositionEnergy>> byPosition = new TreeMap<>();
    for (RoundRatios round : rounds) {
      round
          .energies()
          .forEach(
              (position, energy) ->
                  byPosition.computeIfAbsent(position, l -> new ArrayList<>()).add(energy));
    }
    byPosition.forEach(
        (position, energies) -> {
          Set<Integer> members =
              energies.stream()
                  .flatMap(energy -> energy.joules().keySet().stream())
                  .map(cell -> cell.work().stage())
                  .collect(Collectors.toSet());
          if (positions.contains(position) || members.stream().anyMatch(stages::contains)) {
            PowerChange change =
                PowerChange.of(energies, cell -> timeFactor(cell.work(), cell.clockMhz()));
            members.forEach(stage -> powers.put(stage, change));
            stages.addAll(members);
          }
        });
  }

  /**
   * Returns the factor for the time of an instruction at one clock; 1 if the time agrees with the
   * profile.
   */
  private double timeFactor(Cell.Work work, int clockMhz) {
    NavigableMap<Integer, Double> known = times.get(work);
    if (known == null) {
      return 1;
    }
    Map.Entry<Integer, Double> below = known.floorEntry(clockMhz);
    Map.Entry<Integer, Double> above = known.ceilingEntry(clockMhz);
    if (below == null || above == null) {
      return (below == null ? above : below).getValue();
    }
    int distance = above.getKey() - below.getKey();
    double share = distance == 0 ? 0 : (double) (clockMhz - below.getKey()) / distance;
    return below.getValue() + share * (above.getValue() - below.getValue());
  }

  /**
   * Returns the rows of a profile with times and energies that were corrected by the measurements
   * of the job.
   */
  List<ProfileRow> rescale(List<ProfileRow> rows) {
    return rows.stream().map(this::rescale).toList();
  }

  private ProfileRow rescale(ProfileRow row) {
    if (!stages.contains(row.stage()) || !row.instruction().isComputation()) {
      return row;
    }
    double time = timeFactor(new Cell.Work(row.stage(), row.instruction()), row.frequencyMhz());
    PowerChange power = powers.get(row.stage());
    return row.scaled(time, power == null ? time : time * power.factor(time));
  }

  /**
   * Returns one sentence for the user about each time or energy that differs from the profile by
   * more than the tolerance.
   */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    times.entrySet().stream()
        .sorted(
            Comparator.comparing(
                entry -> entry.getKey().stage() + " " + entry.getKey().instruction()))
        .forEach(
            entry ->
                sentences.add(
                    "The %s of stage %d takes %s of its time in the profile."
                        .formatted(
                            entry.getKey().instruction(),
                            entry.getKey().stage(),
                            percents(entry.getValue()))));
    new TreeMap<>(powers)
        .forEach(
            (stage, power) ->
                sentences.add(
                    "The power of the computations of stage %d is %s of that in the profile%s."
                        .formatted(
                            stage,
                            percent(1 + power.change()),
                            power.largestShift() == 0
                                ? ""
                                : " where their times have changed most, and closer to it elsewhere")));
    for (int stage : stages.stream().filter(s -> !powers.containsKey(s)).sorted().toList()) {
      sentences.add(
          "The energy of stage %d is unknown, so its power is that of the profile."
              .formatted(stage));
    }
    return sentences;
  }

  private static String percents(NavigableMap<Integer, Double> byClock) {
    double least = byClock.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double most = byClock.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return percent(least).equals(percent(most))
        ? percent(most)
        : percent(least) + " to " + percent(most);
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * ratio);
  }
}
