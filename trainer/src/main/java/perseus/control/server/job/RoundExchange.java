package perseus.control.server.job;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.JobInfo;
import perseus.control.NewPlans;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.protocol.Protocol;
import perseus.control.server.dump.JobDump;
import perseus.control.server.http.HttpError;

/**
 * Passes frequency schedules from the scheduler of a job to its ranks, and measured results back to
 * the scheduler. The frequency schedules and the results are also written into the state dump (JSON
 * files with schedules and results) of the job.
 */
final class RoundExchange {
  private static final Logger LOG = LoggerFactory.getLogger(RoundExchange.class);

  private final Protocol protocol;
  private final Scheduler scheduler;
  private final List<RankInfo> ranks;
  private final JobInfo info;
  private final History history;
  private final JobDump dump;

  private Round round;
  private ScheduleAnswers answers;
  private Reports reports;

  /** Ranks that have fetched their current frequency schedule. */
  private final BitSet fetched = new BitSet();

  private boolean warned;

  /**
   * Whether the ranks report measured results. The field {@code reporting} is true if the job was
   * registered with {@code reports}, or if a rank has reported a result.
   */
  private boolean reporting;

  RoundExchange(
      Protocol protocol,
      Scheduler scheduler,
      List<RankInfo> ranks,
      JobInfo info,
      History history,
      JobDump dump) {
    this.protocol = protocol;
    this.scheduler = scheduler;
    this.ranks = ranks;
    this.info = info;
    this.reporting = info.reports();
    this.history = history;
    this.dump = dump;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /**
   * Returns the index of the current frequency schedules, from 0; null if the job has not started.
   */
  Integer number() {
    return round == null ? null : round.number();
  }

  /**
   * Asks the scheduler for the next frequency schedules of the job, and puts them into force. If
   * the ranks of the job report results, callers must wait for the reports of all ranks before they
   * call {@code advance}.
   *
   * @return true if there are new frequency schedules; false if the job is done
   */
  boolean advance() {
    Optional<Round> next = scheduler.next();
    logNotices();
    scheduler.takeNewPlans().ifPresent(this::replace);
    if (next.isEmpty()) {
      return false;
    }
    round = next.get();
    answers =
        new ScheduleAnswers(
            protocol, round, scheduler.rounds(), info.simulated() || round.simulated());
    if (round.simulated() && !info.simulated() && !warned) {
      warned = true;
      LOG.warn(
          "Job {}: the plan {} was made from a profile of simulated GPUs, but the job does not say that its GPUs are simulated.",
          dump.jobId(),
          round.plan());
    }
    reports = new Reports(round.number(), ranks.size());
    fetched.clear();
    dump.schedules(round);
    return true;
  }

  /**
   * Returns true if the job has frequency schedules and the given rank has not reported under them.
   */
  boolean owesReport(int rank) {
    return round != null && !reports.has(rank);
  }

  /**
   * Returns true if no rank has ever reported, and the scheduler has chosen new frequency
   * schedules. If the ranks report no results, new frequency schedules replace the current ones at
   * once.
   */
  boolean isOutdated() {
    return !reporting && scheduler.hasChanged();
  }

  /**
   * Returns the HTTP answers that contain the current frequency schedules, for ranks that fetch
   * them.
   */
  ScheduleAnswers schedules(IntStream ranks) {
    ranks.forEach(fetched::set);
    return answers;
  }

  /**
   * Stores the result that a rank reports under its current frequency schedule.
   *
   * @return true if all ranks have reported under the current frequency schedules
   * @throws HttpError if the rank has not fetched its current frequency schedule or has already
   *     reported. Another number of iterations than in earlier reports is an error too.
   */
  boolean report(RankResult result) {
    if (!fetched.get(result.rank())) {
      throw new HttpError(
          409, "Rank " + result.rank() + " has not fetched a schedule to report on.");
    }
    reports.add(result);
    reporting = true;
    return reports.isComplete();
  }

  /**
   * Ends the current frequency schedules of the job. The measured results are passed to the
   * scheduler, the web page and the state dump (JSON files).
   */
  void finish() {
    List<RankResult> all = reports.take();
    RoundResults joined = new RoundResults(ranks, all);
    history.add(round, joined.measurement(), ranks);
    scheduler.observe(round, joined);
    logNotices();
    dump.results(round, all, scheduler.findings());
  }

  private void replace(NewPlans plans) {
    history.replaceFrontier(plans);
    dump.plans(plans);
  }

  private void logNotices() {
    scheduler.takeNotices().forEach(notice -> LOG.info("Job {}: {}", dump.jobId(), notice));
  }

  /**
   * Stops the background work of a job's scheduler. The method {@code close} does nothing if {@code
   * rounds} is null.
   */
  static void close(RoundExchange rounds) {
    if (rounds != null) {
      rounds.scheduler.close();
    }
  }
}
