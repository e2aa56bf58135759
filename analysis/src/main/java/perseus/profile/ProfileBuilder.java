package perseus.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import perseus.attribution.Throttling;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warning;
import perseus.recording.run.RunManifest;

/**
 * Joins what was attributed to each rank into rows per stage. Within a stage the pipeline waits for
 * the slowest of its data- and tensor-parallel ranks, and all of them use energy: time is their
 * maximum, energy their sum. Where a schedule gives a rank several stages, each has rows of its own
 * ({@link StageLayout}).
 */
public final class ProfileBuilder {
  /** A rank's blocking power with a larger relative standard error is not believed. */
  private static final double UNSURE_BLOCKING = 0.25;

  private ProfileBuilder() {}

  /**
   * A profile's rows and what has no row.
   *
   * @param rows by stage, instruction and frequency, the highest frequency first
   * @param notes blocking power, lag, warnings and so on
   */
  public record Profile(List<ProfileRow> rows, ProfileNotes notes) {}

  private record Key(int stage, Instruction instruction, int frequencyMhz) {}

  private static final Comparator<Key> ORDER =
      Comparator.comparingInt(Key::stage)
          .thenComparing(Key::instruction)
          .thenComparing(Comparator.comparingInt(Key::frequencyMhz).reversed());

  /** The profile of {@code recording}, whose energies are {@code attributed}. */
  public static Profile join(Recording recording, Attributed attributed) {
    return join(recording, attributed, false);
  }

  /** The same, without the frequencies of a stage at which one of its ranks was throttled. */
  public static Profile join(
      Recording recording, Attributed attributed, boolean leaveOutThrottled) {
    Set<List<Integer>> throttled =
        leaveOutThrottled ? leaveOutThrottled(recording, attributed) : Set.of();
    Map<Key, List<InstructionEnergy>> members = new TreeMap<>(ORDER);
    Map<Key, Double> r2 = new TreeMap<>(ORDER);
    StageLayout layout = StageLayout.of(recording, attributed);
    int[] gpus = new int[recording.stages()];
    for (RankEnergy rank : attributed.ranks()) {
      int place = rank.place().ppRank();
      gpus[place]++;
      for (WindowEnergy window : rank.windows()) {
        if (throttled.contains(List.of(place, window.frequencyMhz()))) {
          continue;
        }
        for (InstructionEnergy energy : window.instructions()) {
          Key key =
              new Key(
                  layout.stage(place, energy.instruction()),
                  layout.instruction(energy.instruction()),
                  window.frequencyMhz());
          members.computeIfAbsent(key, k -> new ArrayList<>()).add(energy);
          r2.merge(key, window.r2(), Math::min);
        }
      }
    }
    List<ProfileRow> rows = new ArrayList<>();
    IncompleteRows incomplete = new IncompleteRows();
    members.forEach(
        (key, energies) -> {
          // A sum over some of the ranks only would be a wrong number.
          int ranks = gpus[layout.place(key.stage)];
          if (energies.size() == ranks) {
            rows.add(row(key, energies, r2.get(key)));
          } else {
            incomplete.add(key.stage, key.instruction, key.frequencyMhz, energies.size(), ranks);
          }
        });
    incomplete.report(recording.warnings());
    return new Profile(List.copyOf(rows), notes(recording, attributed, gpus, layout));
  }

  /** Pairs of stage and frequency to leave out. */
  private static Set<List<Integer>> leaveOutThrottled(Recording recording, Attributed attributed) {
    Map<Integer, TreeSet<Integer>> frequencies = new TreeMap<>();
    for (RankEnergy rank : attributed.ranks()) {
      Set<Integer> slow = Throttling.of(rank).keySet();
      if (!slow.isEmpty()) {
        frequencies.computeIfAbsent(rank.place().ppRank(), s -> new TreeSet<>()).addAll(slow);
      }
    }
    Set<List<Integer>> pairs = new HashSet<>();
    frequencies.forEach(
        (stage, slow) -> {
          slow.forEach(frequency -> pairs.add(List.of(stage, frequency)));
          recording
              .warnings()
              .add(
                  new Warning(
                      Warning.Kind.LEFT_OUT,
                      "left out for throttling, stage " + stage,
                      Warning.JOB,
                      slow.size(),
                      0,
                      "Stage %d at %s MHz is left out, for it was throttled there."
                          .formatted(
                              stage, slow.descendingSet().toString().replaceAll("[\\[\\]]", ""))));
        });
    return pairs;
  }

  private static ProfileRow row(Key key, List<InstructionEnergy> energies, double r2) {
    double joules = 0;
    double variance = 0;
    long instances = Long.MAX_VALUE;
    InstructionEnergy slowest = energies.get(0);
    for (InstructionEnergy energy : energies) {
      joules += energy.energyJoules();
      variance += energy.energyStderrJoules() * energy.energyStderrJoules();
      instances = Math.min(instances, energy.durations().count());
      if (energy.durations().mean() > slowest.durations().mean()) {
        slowest = energy;
      }
    }
    return new ProfileRow(
        key.stage,
        key.instruction,
        key.frequencyMhz,
        slowest.durations().mean(),
        joules,
        Map.of(),
        new ProfileRow.Quality(instances, slowest.durations().stderr(), Math.sqrt(variance), r2));
  }

  private static ProfileNotes notes(
      Recording recording, Attributed attributed, int[] gpus, StageLayout layout) {
    RunManifest manifest = recording.manifest();
    double[] joules = new double[gpus.length];
    double[] seconds = new double[gpus.length];
    for (RankEnergy rank : attributed.ranks()) {
      // A rank that hardly blocks cannot tell what blocking takes; the others can.
      if (!(rank.blockingStderrWatts() > UNSURE_BLOCKING * rank.blockingWatts())
          && rank.blockingSeconds() > 0) {
        joules[rank.place().ppRank()] += rank.blockingWatts() * rank.blockingSeconds();
        seconds[rank.place().ppRank()] += rank.blockingSeconds();
      }
    }
    List<Double> stageWatts = new ArrayList<>();
    List<Integer> gpusPerStage = new ArrayList<>();
    double overall = attributed.blockingWatts();
    for (int stage = 0; stage < gpus.length; stage++) {
      gpusPerStage.add(gpus[stage]);
      stageWatts.add(seconds[stage] > 0 ? joules[stage] / seconds[stage] : overall);
    }
    return new ProfileNotes(
        ProfileNotes.SCHEMA_VERSION,
        recording.directories().stream().map(Object::toString).collect(Collectors.joining(", ")),
        manifest == null ? null : manifest.simulated(),
        manifest == null ? null : manifest.model(),
        manifest == null ? null : manifest.gpu(),
        attributed.method(),
        Double.isNaN(overall) ? null : overall,
        Double.isNaN(overall) ? null : layout.ofRanks(stageWatts),
        layout.ofRanks(gpusPerStage),
        layout.transfers(transfers(attributed, gpus.length)),
        Double.isNaN(attributed.lagSeconds()) ? null : attributed.lagSeconds(),
        recording.numMicrobatches(),
        manifest == null ? null : manifest.trainSchedule(),
        recording.warnings().sentences());
  }

  /** What a transfer to each next stage takes: the mean over the pipelines' pairs of ranks. */
  private static List<Double> transfers(Attributed attributed, int stages) {
    Map<List<Integer>, RankEnergy> byPlace = new HashMap<>();
    for (RankEnergy rank : attributed.ranks()) {
      RankPlace place = rank.place();
      byPlace.put(List.of(place.ppRank(), place.dpRank(), place.tpRank()), rank);
    }
    List<Double> transfers = new ArrayList<>();
    for (int stage = 0; stage + 1 < stages; stage++) {
      double sum = 0;
      int count = 0;
      for (RankEnergy rank : attributed.ranks()) {
        RankPlace place = rank.place();
        RankEnergy next = byPlace.get(List.of(stage + 1, place.dpRank(), place.tpRank()));
        if (place.ppRank() == stage && next != null) {
          boolean sameClock = Objects.equals(place.host(), next.place().host());
          double seconds = rank.handoffs().transferSecondsTo(next.handoffs(), sameClock);
          if (!Double.isNaN(seconds)) {
            sum += seconds;
            count++;
          }
        }
      }
      transfers.add(count == 0 ? 0 : sum / count);
    }
    return transfers;
  }
}
