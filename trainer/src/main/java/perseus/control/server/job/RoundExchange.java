package perseus.control.server.job;

import java.util.List;
import java.util.Optional;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.protocol.Protocol;
import perseus.control.server.dump.JobDump;
import perseus.control.server.http.HttpError;

/**
 * The rounds of a job that has started: schedules from its scheduler to its ranks, and results
 * back, both into the dump.
 */
final class RoundExchange {
  private final Protocol protocol;
  private final Scheduler scheduler;
  private final List<RankInfo> ranks;
  private final History history;
  private final JobDump dump;

  private Round round;
  private ScheduleAnswers answers;
  private Reports reports;

  RoundExchange(
      Protocol protocol, Scheduler scheduler, List<RankInfo> ranks, History history, JobDump dump) {
    this.protocol = protocol;
    this.scheduler = scheduler;
    this.ranks = ranks;
    this.history = history;
    this.dump = dump;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /** The present round's number; null before the first. */
  Integer number() {
    return round == null ? null : round.number();
  }

  /**
   * Goes on to the next round, once all have reported on the present one.
   *
   * @return whether there is one
   */
  boolean advance() {
    Optional<Round> next = scheduler.next();
    if (next.isEmpty()) {
      return false;
    }
    round = next.get();
    answers = new ScheduleAnswers(protocol, round, scheduler.rounds());
    reports = new Reports(round.number(), ranks.size());
    dump.schedules(round);
    return true;
  }

  /** Whether a rank has been given a schedule that it has not reported on. */
  boolean owesReport(int rank) {
    return round != null && !reports.has(rank);
  }

  /** The schedules of the present round. */
  ScheduleAnswers schedules() {
    return answers;
  }

  /**
   * Takes a rank's result of the present round.
   *
   * @return whether all have reported
   * @throws HttpError if there is no round yet, or it has reported
   */
  boolean report(RankResult result) {
    if (round == null) {
      throw new HttpError(409, "Rank " + result.rank() + " has fetched no schedule to report on.");
    }
    reports.add(result);
    return reports.isComplete();
  }

  /** Shows the scheduler, and whoever looks on, what the present round came to. */
  void finish() {
    List<RankResult> all = reports.take();
    RoundResults joined = new RoundResults(ranks, all);
    history.add(round, joined.measurement(), ranks);
    scheduler.observe(round, joined);
    dump.results(round, all, scheduler.findings());
  }
}
