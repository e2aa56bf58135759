package perseus.attribution.check;

import java.util.List;
import perseus.recording.log.Warning;

/** Lists reasons for an unchanged clock, each with advice for the user. */
enum UnchangedCause {
  NEVER_SET(
      "so the clocks were probably never set, perhaps because the user has no right to set them. Set the clock before each frequency, and record again"),
  NOT_SET(
      "so the clock of this GPU probably was not set, although the clocks of other ranks were. Set it, and record again"),
  LIMITED(
      "so the clock probably stayed at the lowest of these: a power limit or heat lowered it, --warmup-schedules is too low, or each clock was set late. Correct --warmup-schedules, or delete the rows of these frequencies from the profile"),
  SET_LATE(
      "so the clock probably stayed at the highest of these, because it was set late, or --warmup-schedules is too low. Correct --warmup-schedules, or delete the rows of these frequencies from the profile"),
  STAYED(
      "so the clock probably stayed at the highest of these: it was not set any more, or the GPU has no lower clock. Delete the rows of these frequencies from the profile"),
  FELL(
      "so the clock probably was the lowest of these at all of them: heat or a power limit lowered it. Delete the rows of these frequencies from the profile, and record them again");

  /** Maximum number of ranks that a warning lists one by one. */
  private static final int MAX_LISTED = 8;

  private final String advice;

  UnchangedCause(String advice) {
    this.advice = advice;
  }

  /** Returns one warning about all ranks whose clock did not change for the same reason. */
  Warning warning(List<UnchangedRange> found) {
    int highest = found.stream().mapToInt(UnchangedRange::highest).max().orElseThrow();
    int lowest = found.stream().mapToInt(UnchangedRange::lowest).min().orElseThrow();
    List<String> ranks =
        found.stream().map(UnchangedRange::number).distinct().map(String::valueOf).toList();
    String subject =
        ranks.size() == 1
            ? "rank " + ranks.get(0)
            : ranks.size() <= MAX_LISTED
                ? "ranks " + String.join(", ", ranks)
                : "%d ranks (%s to %s)"
                    .formatted(ranks.size(), ranks.get(0), ranks.get(ranks.size() - 1));
    return new Warning(
        Warning.Kind.DOUBTFUL,
        "unchanged clock " + this,
        ranks.size() == 1 ? found.get(0).number() : Warning.JOB,
        found.stream().mapToInt(finding -> finding.length()).sum(),
        (double) highest / lowest,
        "Times and powers of %s are equal from %d to %d MHz, %s."
            .formatted(subject, highest, lowest, advice));
  }
}
