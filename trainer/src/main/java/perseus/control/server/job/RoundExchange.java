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
 * Passes the schedules of each round from a job's scheduler to its ranks, and the results of the
 * ranks back to the scheduler. Both are also written into the job's dump.
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

  /** Returns the number of the current round. The result is null before the first round. */
  Integer number() {
    return round == null ? null : round.number();
  }

  /**
   * Starts the next round. Call this method only after all ranks have reported in the current
   * round.
   *
   * @return false if there is no further round
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

  /**
   * Returns whether a rank has a schedule in the current round for which it has not reported a
   * result.
   */
  boolean owesReport(int rank) {
    return round != null && !reports.has(rank);
  }

  /** Returns the answers with the schedules of the current round. */
  ScheduleAnswers schedules() {
    return answers;
  }

  /**
   * Adds the result of a rank in the current round.
   *
   * @return whether all ranks have reported in the current round
   * @throws HttpError if no round has started, or if the rank has reported before
   */
  boolean report(RankResult result) {
    if (round == null) {
      throw new HttpError(
          409, "Rank " + result.rank() + " has not fetched a schedule to report on.");
    }
    reports.add(result);
    return reports.isComplete();
  }

  /**
   * Ends the current round. Passes the results of the round to the scheduler, the history and the
   * dump.
   */
  void finish() {
    List<RankResult> all = reports.take();
    RoundResults joined = new RoundResults(ranks, all);
    history.add(round, joined.measurement(), ranks);
    scheduler.observe(round, joined);
    dump.results(round, all, scheduler.findings());
  }
}
