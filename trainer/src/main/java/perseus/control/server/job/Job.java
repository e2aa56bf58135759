package perseus.control.server.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import perseus.control.JobInfo;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Scheduler;
import perseus.control.SchedulerChoice;
import perseus.control.protocol.Bodies;
import perseus.control.protocol.Protocol;
import perseus.control.server.dump.JobDump;
import perseus.control.server.http.Answer;
import perseus.control.server.http.HttpError;

/**
 * Manages one training job on the plan server. All ranks of the job register with the plan server,
 * and then repeatedly fetch frequency schedules and report their measurements. The server sends the
 * next frequency schedules when all ranks of the job have asked for them. A rank that asks again
 * before it has reported gets the same schedule again, so a lost answer does no harm.
 *
 * <p>The client of the Zeus project fetches one schedule and never reports. Its ranks get their
 * schedules as soon as all ranks have registered. They get new schedules only if the scheduler
 * chooses some, for example because a pipeline has become slow. If one rank of a job reports a
 * result, the server expects reports from all ranks of the job.
 *
 * <p>If the ranks report faster than the disk writes, the job waits for the disk before it sends
 * the next schedules.
 *
 * <p>The class {@code Job} is thread-safe. A thread that holds the lock of a job sends no answers
 * and writes no files.
 */
public final class Job {
  private final String id;
  private final JobInfo info;
  private final Protocol protocol;
  private final SchedulerChoice choice;
  private final JobDump dump;
  private final RankRegistry ranks;
  private final Waiting waiting;
  private final LastCall lastCall = new LastCall(System::nanoTime);
  private History history = History.empty();

  /** Null until all ranks have registered and the scheduler is created. */
  private RoundExchange rounds;

  /** Reason why the job has ended; null while the job runs. */
  private JobEnd end;

  private long schedulesServed;

  Job(String id, JobInfo info, Protocol protocol, SchedulerChoice choice, JobDump dump) {
    this.id = id;
    this.info = info;
    this.protocol = protocol;
    this.choice = choice;
    this.dump = dump;
    this.ranks = new RankRegistry(id, info.degrees().worldSize());
    this.waiting = new Waiting(ranks.size());
    this.end =
        choice.needsReports() && !info.reports() ? JobEnd.withoutReports(choice.name()) : null;
  }

  String id() {
    return id;
  }

  LastCall lastCall() {
    return lastCall;
  }

  int ranks() {
    return ranks.size();
  }

  /** Changes the job under its lock, and then sends answers to ranks without the lock. */
  private void change(Consumer<List<Runnable>> change) {
    List<Runnable> answers = new ArrayList<>();
    synchronized (this) {
      change.accept(answers);
    }
    answers.forEach(Runnable::run);
  }

  /**
   * Registers a rank. When the last rank registers, the job starts. If the scheduler cannot be
   * created, every rank that asks for a schedule gets the error.
   *
   * @throws HttpError if the rank does not fit the job, if it has registered before, or if the job
   *     has ended
   */
  public void register(Bodies.RankBody body) {
    change(
        answers -> {
          if (end != null) {
            throw end.error();
          }
          ranks.add(
              Registration.rank(
                  body,
                  protocol,
                  info.degrees(),
                  stage -> choice.computations().of(stage, info.degrees().pp())));
          if (ranks.isComplete()) {
            attempt("cannot start", this::start, answers);
            if (end == null && !info.reports()) {
              advance(answers);
            }
          }
        });
  }

  private void start() {
    List<RankInfo> all = ranks.all();
    RankPlaces.requireComplete(info.degrees(), all);
    Scheduler scheduler = choice.factory().create(info, all);
    history = new History(JobFrontier.of(choice, info.degrees()), choice.mode());
    rounds = new RoundExchange(protocol, scheduler, all, info, history, dump);
    dump.start(all);
  }

  private void attempt(String problem, Runnable step, List<Runnable> answers) {
    try {
      step.run();
    } catch (RuntimeException e) {
      end = JobEnd.failed(id, problem, e);
    }
    if (end != null) {
      answerEnd(answers);
    }
  }

  /**
   * Answers a rank that asks for its frequency schedule. A rank that has not yet reported gets the
   * same schedule again. A rank that has reported gets its next schedule when all ranks have asked
   * for their next schedules. If no rank has ever reported, the rank gets new schedules as soon as
   * the scheduler has chosen them.
   *
   * @throws HttpError if the rank is unknown or the job has failed
   */
  public void fetch(int rank, Consumer<Answer> reply) {
    change(
        answers -> {
          if (end == null && rounds != null && rounds.isOutdated()) {
            advance(answers);
          }
          if (end != null && !end.isDone()) {
            throw end.error();
          }
          RankInfo asking = ranks.require(rank);
          if (rounds != null && rounds.owesReport(rank)) {
            ScheduleAnswers schedules = rounds.schedules(IntStream.of(rank));
            answers.add(() -> reply.accept(schedules.of(asking)));
            schedulesServed++;
            return;
          }
          waiting.add(rank, reply, answers);
          if (end != null) {
            answerEnd(answers);
          } else if (waiting.isComplete()) {
            advanceWhenWritten(answers);
          }
        });
  }

  private void advanceWhenWritten(List<Runnable> answers) {
    if (!dump.mustWait(this::advanceAfterWait)) {
      advance(answers);
    }
  }

  private void advanceAfterWait() {
    change(
        answers -> {
          if (end == null && waiting.isComplete()) {
            advanceWhenWritten(answers);
          }
        });
  }

  /** Starts the next frequency schedules, or ends the job if there are none. */
  private void advance(List<Runnable> answers) {
    attempt(
        "failed",
        () -> {
          if (!rounds.advance()) {
            end = JobEnd.done();
          }
        },
        answers);
    if (end != null) {
      return;
    }
    schedulesServed += waiting.count();
    ScheduleAnswers schedules = rounds.schedules(waiting.ranks());
    List<RankInfo> all = ranks.all();
    waiting.answer(answers, rank -> schedules.of(all.get(rank)));
  }

  /**
   * Tells all waiting ranks that the job has ended. If the job has not failed, the ranks learn
   * about the end of the job after all results are on the disk.
   */
  private void answerEnd(List<Runnable> answers) {
    stopBackgroundWork();
    List<Runnable> last = new ArrayList<>();
    Answer answer = end.error().answer();
    waiting.answer(last, rank -> answer);
    if (end.isDone()) {
      answers.add(() -> dump.whenWritten(() -> last.forEach(Runnable::run)));
    } else {
      answers.addAll(last);
    }
  }

  /**
   * Accepts the times and energies that one rank has measured under its latest schedule.
   *
   * @throws HttpError if the rank has not fetched a schedule, or if the job has ended
   */
  public void report(Bodies.ResultBody body) {
    RankResult result = ReportedResult.of(body, protocol);
    change(
        answers -> {
          ranks.require(result.rank());
          if (end != null) {
            throw end.error();
          }
          if (requireStarted().report(result)) {
            attempt("cannot take these results", rounds::finish, answers);
          }
        });
  }

  /**
   * Passes the slowdown factor of a slow pipeline (straggler) to the scheduler.
   *
   * @throws HttpError if the body is not valid, or if the scheduler does not react to stragglers
   */
  public synchronized void straggler(Bodies.StragglerBody body) {
    StragglerCall call = StragglerCall.of(body);
    call.tell(requireStarted().scheduler(), id, info.degrees().dp());
  }

  private RoundExchange requireStarted() {
    if (rounds == null) {
      throw ranks.incomplete();
    }
    return rounds;
  }

  /** Ends the job because no client has called for too long. Waiting ranks get an error. */
  void remove() {
    change(
        answers -> {
          end = JobEnd.idle(id);
          answerEnd(answers);
        });
  }

  synchronized void stopBackgroundWork() {
    RoundExchange.close(rounds);
  }

  /** Returns the current state of the job. */
  public synchronized JobView view() {
    return JobView.of(
        id,
        info,
        protocol,
        choice,
        ranks.registered(),
        waiting.count(),
        schedulesServed,
        rounds,
        state(),
        end == null || end.isDone() ? null : end.error().getMessage(),
        history,
        lastCall.silentNanos() / 1e9);
  }

  private String state() {
    if (end != null || (info.reports() && lastCall.isGone())) {
      return end == null ? "gone" : end.state();
    }
    return rounds == null ? "registering" : "running";
  }

  /**
   * Returns the state of the job as JSON values, with measured and predicted times and energies.
   */
  public synchronized Map<String, Object> details() {
    Map<String, Object> json = view().json();
    json.putAll(history.json());
    return json;
  }
}
