package perseus.attribution.clock;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Describes a host clock that was set during the recording: from then on, the power of a rank is
 * recorded earlier or later than before, relative to its instructions.
 *
 * @param time Unix time in seconds of the first reading after the jump
 * @param seconds lag after the jump minus lag before it, in seconds
 */
record HostClockJump(double time, double seconds) {
  /**
   * Returns the rank with corrected times of its readings after the jump. If corrected readings
   * have the same times as readings before the jump, the readings before the jump are left out.
   *
   * @param warnings receives a warning about the jump
   */
  RankRecording corrected(RankRecording rank, Warnings warnings) {
    warnings.add(note(rank));
    double overlapFrom = time - Math.max(0, seconds);
    Map<EnergyLog, EnergyLog> logs = new IdentityHashMap<>();
    Map<PowerSamples, PowerSamples> samples = new IdentityHashMap<>();
    RankRecording without =
        rank.withSegments(
            segment ->
                segment.with(
                    logs.computeIfAbsent(segment.energy(), log -> without(log, overlapFrom)),
                    samples.computeIfAbsent(
                        segment.samples(), some -> without(some, overlapFrom))));
    return ShiftedTimes.of(without, t -> t < time ? t : t - seconds);
  }

  private EnergyLog without(EnergyLog log, double from) {
    int[] kept = kept(log.times(), from);
    boolean[] usable = new boolean[kept.length];
    for (int k = 1; k < kept.length; k++) {
      boolean isFirstAfter = log.times()[kept[k]] >= time && log.times()[kept[k - 1]] < time;
      usable[k] = log.usable()[kept[k]] && !isFirstAfter;
    }
    return new EnergyLog(
        log.file(),
        at(log.times(), kept),
        at(log.energies(), kept),
        usable,
        log.periodSeconds(),
        log.quantumSeconds());
  }

  private PowerSamples without(PowerSamples some, double from) {
    int[] kept = kept(some.times(), from);
    PowerSamples result = some.with(at(some.times(), kept), at(some.watts(), kept));
    return some.doubtful() == null ? result : result.withDoubtful(without(some.doubtful(), from));
  }

  private int[] kept(double[] times, double from) {
    return IntStream.range(0, times.length)
        .filter(i -> times[i] < from || times[i] >= time)
        .toArray();
  }

  private static double[] at(double[] values, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
  }

  private Warning note(RankRecording rank) {
    String text =
        String.format(
            Locale.ROOT,
            "The power of rank %d is recorded %.0f ms %s from %.1f s after its first instruction on,"
                + " so a host clock was probably set during the recording; the later times of the"
                + " power were corrected.",
            rank.rank(),
            1e3 * Math.abs(seconds),
            seconds > 0 ? "later" : "earlier",
            time - rank.firstStart());
    return new Warning(
        Warning.Kind.REPAIRED, "host clock was set", rank.rank(), 1, Math.abs(seconds), text);
  }
}
