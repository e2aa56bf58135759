package perseus.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import perseus.attribution.check.Throttling;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.ClockInForce;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warning;
import perseus.recording.run.ClocksHeld;
import perseus.recording.run.RunManifest;

/**
 * Builds a stage profile from the energies of the instructions on all ranks of a recording.
 *
 * <p>The time of an instruction is the maximum over the data-parallel and tensor-parallel ranks of
 * its stage. The energy of an instruction is the sum over all ranks of its stage. The method {@link
 * ProfileRow#ofRanks} computes the time and energy of a stage from its ranks. If a rank did not
 * record an instruction at a frequency, the profile row is left out with a warning. A rank with
 * several stages has separate rows for each stage ({@link StageLayout}).
 */
public final class ProfileBuilder {
  private ProfileBuilder() {}

  private record Key(int stage, Instruction instruction, int frequencyMhz) {}

  private static final Comparator<Key> ORDER =
      Comparator.comparingInt(Key::stage)
          .thenComparing(Key::instruction)
          .thenComparing(Comparator.comparingInt(Key::frequencyMhz).reversed());

  /** Builds the stage profile of a recording from the energies of its ranks. */
  public static StageProfile join(Recording recording, Attributed attributed) {
    return join(recording, attributed, false);
  }

  /**
   * Builds the stage profile of a recording from the energies of its ranks. Warnings about the
   * profile are added to {@code recording.warnings()}.
   *
   * @param leaveOutThrottled whether the profile leaves out throttled stages. A stage is throttled
   *     at a frequency if one of its GPUs ran at a lower clock. Throttling is found from
   *     computation times, recorded clocks and {@code run.json}.
   * @throws perseus.io.UserError if log files have the names of other ranks
   */
  public static StageProfile join(
      Recording recording, Attributed attributed, boolean leaveOutThrottled) {
    recording.requireOrderOfStages();
    Set<List<Integer>> throttled =
        leaveOutThrottled ? leaveOutThrottled(recording, attributed) : Set.of();
    Map<Key, List<ProfileRow>> rowsByKey = new TreeMap<>(ORDER);
    StageLayout layout = StageLayout.of(recording, attributed);
    int[] gpus = new int[recording.stages()];
    for (RankEnergy rank : attributed.ranks()) {
      int ppRank = rank.place().ppRank();
      gpus[ppRank]++;
      for (WindowEnergy window : rank.windows()) {
        if (throttled.contains(List.of(ppRank, window.frequencyMhz()))) {
          continue;
        }
        for (InstructionEnergy energy : window.instructions()) {
          Key key =
              new Key(
                  layout.stage(ppRank, energy.instruction()),
                  layout.instruction(energy.instruction()),
                  window.frequencyMhz());
          ClockInForce clock = clock(recording, rank.place().rank(), window.frequencyMhz());
          rowsByKey
              .computeIfAbsent(key, k -> new ArrayList<>())
              .add(row(key, energy, window.r2(), clock));
        }
      }
    }
    List<ProfileRow> rows = new ArrayList<>();
    IncompleteRows incomplete = new IncompleteRows();
    rowsByKey.forEach(
        (key, rankRows) -> {
          int ranks = gpus[layout.ppRank(key.stage)];
          if (rankRows.size() == ranks) {
            rows.add(ProfileRow.ofRanks(rankRows));
          } else {
            // If a rank of the stage did not record the instruction, the sum of the
            // recorded energies is too low.
            incomplete.add(key.stage, key.instruction, key.frequencyMhz, rankRows.size(), ranks);
          }
        });
    incomplete.report(recording.warnings());
    return new StageProfile(rows, notes(recording, attributed, gpus, layout));
  }

  private static ProfileRow row(Key key, InstructionEnergy energy, double r2, ClockInForce clock) {
    return new ProfileRow(
        key.stage,
        key.instruction,
        key.frequencyMhz,
        energy.durations().mean(),
        energy.energyJoules(),
        Map.of(),
        new ProfileRow.Quality(
            energy.durations().count(),
            energy.durations().stderr(),
            energy.energyStderrJoules(),
            r2,
            clock == null ? Double.NaN : clock.smMhz(),
            clock == null ? Double.NaN : clock.held()));
  }

  /** Returns the clock at which the GPU really ran; null if it is unknown. */
  private static ClockInForce clock(Recording recording, int rank, int frequencyMhz) {
    RunManifest manifest = recording.manifest();
    ClockInForce read = recording.clockEvidence().clock(rank, frequencyMhz);
    if (manifest == null) {
      return read;
    }
    ClockInForce clock = read != null ? read : ClocksHeld.clock(manifest, frequencyMhz);
    boolean requested = clock != null && !ClocksHeld.isWithoutControl(manifest);
    return clock == null || requested ? clock : new ClockInForce(clock.smMhz(), Double.NaN);
  }

  /**
   * Returns the pairs (pipeline rank, frequency in MHz) at which a GPU was throttled (ran at a
   * lower clock). Adds a warning to the recording for each pipeline rank with a throttled GPU.
   */
  private static Set<List<Integer>> leaveOutThrottled(Recording recording, Attributed attributed) {
    Map<Integer, TreeSet<Integer>> frequencies = new TreeMap<>();
    List<Integer> notHeld = throttled(recording);
    for (RankEnergy rank : attributed.ranks()) {
      Set<Integer> throttled = new TreeSet<>(Throttling.of(rank).keySet());
      for (WindowEnergy window : rank.windows()) {
        if (notHeld != null && notHeld.contains(window.frequencyMhz())) {
          throttled.add(window.frequencyMhz());
        }
      }
      if (!throttled.isEmpty()) {
        frequencies.computeIfAbsent(rank.place().ppRank(), s -> new TreeSet<>()).addAll(throttled);
      }
    }
    Set<List<Integer>> pairs = new HashSet<>();
    frequencies.forEach(
        (stage, throttled) -> {
          throttled.forEach(frequency -> pairs.add(List.of(stage, frequency)));
          recording
              .warnings()
              .add(
                  new Warning(
                      Warning.Kind.LEFT_OUT,
                      "left out for throttling, stage " + stage,
                      Warning.JOB,
                      throttled.size(),
                      0,
                      "Stage %d at %s MHz is left out because it was throttled there."
                          .formatted(
                              stage,
                              throttled.descendingSet().toString().replaceAll("[\\[\\]]", ""))));
        });
    return pairs;
  }

  private static ProfileNotes notes(
      Recording recording, Attributed attributed, int[] gpus, StageLayout layout) {
    RunManifest manifest = recording.manifest();
    double overallWatts = attributed.blockingWatts();
    List<Integer> gpusPerStage = new ArrayList<>();
    for (int count : gpus) {
      gpusPerStage.add(count);
    }
    return new ProfileNotes(
        ProfileNotes.SCHEMA_VERSION,
        recording.directories().stream().map(Object::toString).collect(Collectors.joining(", ")),
        manifest == null ? null : manifest.simulated(),
        manifest == null ? null : manifest.model(),
        manifest == null ? null : manifest.gpu(),
        attributed.method(),
        Double.isNaN(overallWatts) ? null : overallWatts,
        Double.isNaN(overallWatts)
            ? null
            : layout.perStage(blockingWattsByPpRank(attributed, gpus.length)),
        layout.perStage(gpusPerStage),
        layout.transferSeconds(transferSeconds(attributed, gpus.length)),
        Double.isNaN(attributed.lagSeconds()) ? null : attributed.lagSeconds(),
        recording.numMicrobatches(),
        manifest == null ? null : manifest.trainSchedule(),
        manifest == null ? null : manifest.order(),
        throttled(recording),
        manifest == null ? null : manifest.switchSeconds(),
        SensorNotes.of(attributed.sensor(), attributed.heat()),
        SpecialInstances.of(attributed, layout, recording.numMicrobatches()),
        recording.warnings().sentences());
  }

  /**
   * Returns the clocks in MHz that the GPUs did not hold, highest first; null if there are none.
   */
  private static List<Integer> throttled(Recording recording) {
    Set<Integer> clocks =
        ClocksHeld.areKnown(recording.manifest())
            ? ClocksHeld.notHeld(recording.manifest()).keySet()
            : recording.clockEvidence().notHeld().descendingKeySet();
    return clocks.isEmpty() ? null : List.copyOf(clocks);
  }

  /**
   * Returns the power in watts of one waiting GPU (blocking power) for each pipeline rank. The
   * blocking power of a pipeline rank is the mean over its data-parallel and tensor-parallel ranks.
   * A rank that rarely waited is left out of the mean, because the standard error of its blocking
   * power is too large. If all ranks of a pipeline rank rarely waited, the pipeline rank gets the
   * mean blocking power of the whole recording.
   */
  private static List<Double> blockingWattsByPpRank(Attributed attributed, int ppRanks) {
    List<Double> watts = new ArrayList<>();
    for (int ppRank = 0; ppRank < ppRanks; ppRank++) {
      int number = ppRank;
      List<RankEnergy> certain =
          attributed.ranks().stream()
              .filter(rank -> rank.place().ppRank() == number && rank.blockingPower().isCertain())
              .toList();
      MeanBlockingPower mean = MeanBlockingPower.overRanks(certain);
      watts.add(mean.seconds() > 0 ? mean.watts() : attributed.blockingWatts());
    }
    return watts;
  }

  /**
   * Returns the time in seconds of a transfer to the next pipeline rank, for each pipeline rank
   * except the last. The transfer time between two pipeline ranks is the mean over all pairs of
   * GPUs that exchange results. A transfer time is 0 if no pair of GPUs has a known transfer time.
   */
  private static List<Double> transferSeconds(Attributed attributed, int ppRanks) {
    Map<List<Integer>, RankEnergy> byPlace = new HashMap<>();
    for (RankEnergy rank : attributed.ranks()) {
      RankPlace place = rank.place();
      byPlace.put(List.of(place.ppRank(), place.dpRank(), place.tpRank()), rank);
    }
    List<Double> transfers = new ArrayList<>();
    for (int ppRank = 0; ppRank + 1 < ppRanks; ppRank++) {
      double sum = 0;
      int count = 0;
      for (RankEnergy rank : attributed.ranks()) {
        RankPlace place = rank.place();
        RankEnergy next = byPlace.get(List.of(ppRank + 1, place.dpRank(), place.tpRank()));
        if (place.ppRank() == ppRank && next != null) {
          // Ranks on unknown hosts may have different system times.
          boolean sameClock = place.host() != null && place.host().equals(next.place().host());
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
