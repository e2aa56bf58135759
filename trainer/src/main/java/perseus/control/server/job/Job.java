package perseus.control.server.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.JobInfo;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.SchedulerChoice;
import perseus.control.policy.Straggler;
import perseus.control.protocol.Protocol;
import perseus.control.server.dump.JobDump;
import perseus.control.server.http.Answer;
import perseus.control.server.http.HttpError;
import perseus.io.UserError;

/**
 * One training job. Its ranks register; then, round by round, each fetches its schedule, which
 * waits until all have asked, and reports. A rank that fetches again before it has reported gets
 * the same schedule once more, so that a lost answer costs nothing.
 *
 * <p>Where the disk does not keep up with what ranks report, they wait for the next round's
 * schedules, as they do for each other, until it has: who profiles came for these measurements, and
 * a round that is left out would have to be trained again. Nobody else waits, neither a thread nor
 * another job's ranks; jobs that shall never wait for a disk run without dumps.
 *
 * <p>Its lock is held while its state changes and never while something is sent or written: what
 * there is to answer is collected meanwhile.
 */
public final class Job {
  private static final Logger LOG = LoggerFactory.getLogger(Job.class);

  /** What a client looks for when it is told that nothing is left to run. */
  private static final String DONE = "[profiling-done] The scheduler has no more to run.";

  private final String id;
  private final JobInfo info;
  private final Protocol protocol;
  private final SchedulerChoice choice;
  private final JobDump dump;
  private final RankRegistry ranks;
  private final Waiting waiting;
  private final History history = new History();

  // Both null until all ranks have registered, and where the scheduler could not be made.
  private RoundExchange rounds;
  private JobFrontier frontier;
  private boolean done;
  // What every further fetch is told; null while the job runs.
  private HttpError end;
  private long schedulesServed;
  // Read without the lock by the thread that watches over all jobs.
  private volatile long lastCallNanos = System.nanoTime();

  Job(String id, JobInfo info, Protocol protocol, SchedulerChoice choice, JobDump dump) {
    this.id = id;
    this.info = info;
    this.protocol = protocol;
    this.choice = choice;
    this.dump = dump;
    int worldSize = info.degrees().worldSize();
    this.ranks = new RankRegistry(id, worldSize);
    this.waiting = new Waiting(worldSize);
  }

  String id() {
    return id;
  }

  /** How many ranks it has, registered or not. */
  int ranks() {
    return ranks.size();
  }

  /** Somebody calls: it is not idle. */
  void touch() {
    lastCallNanos = System.nanoTime();
  }

  /** Whether nobody has called for that long. */
  boolean isIdle(Duration longest) {
    return System.nanoTime() - lastCallNanos > longest.toNanos();
  }

  /**
   * Takes a rank; with the last one the scheduler is made. If it cannot be, that is no fault of the
   * rank that came last: all hear of it when they fetch, those that wait already at once.
   *
   * @throws HttpError if the rank does not fit the job, or has registered before
   */
  public void register(Bodies.RankBody body) {
    List<Runnable> replies = new ArrayList<>();
    synchronized (this) {
      ranks.add(rank(body));
      if (ranks.isComplete()) {
        attempt("cannot start", this::start);
        if (end != null) {
          endAll(replies);
        }
      }
    }
    replies.forEach(Runnable::run);
  }

  private RankInfo rank(Bodies.RankBody body) {
    try {
      return Registration.rank(
          body,
          protocol,
          info.degrees(),
          stage -> choice.computations().of(stage, info.degrees().pp()));
    } catch (UserError e) {
      throw new HttpError(400, e.getMessage());
    }
  }

  private void start() {
    List<RankInfo> all = ranks.all();
    RankPlaces.requireComplete(info.degrees(), all);
    rounds = new RoundExchange(protocol, choice.factory().create(info, all), all, history, dump);
    frontier = JobFrontier.of(choice, info.degrees());
    dump.start(all);
  }

  /** What the scheduler does; the job ends if it cannot. */
  private void attempt(String problem, Runnable step) {
    try {
      step.run();
    } catch (UserError e) {
      end = new HttpError(400, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("The scheduler of {} {}.", id, problem, e);
      end = new HttpError(500, "The scheduler " + problem + ": " + e);
    }
  }

  /**
   * Answers with the rank's next schedule, now or when all ranks have asked.
   *
   * @throws HttpError if there is no such rank, or the job has ended
   */
  public void fetch(int rank, Consumer<Answer> reply) {
    List<Runnable> replies = new ArrayList<>();
    synchronized (this) {
      RankInfo asking = ranks.require(rank);
      if (end != null && !done) {
        throw end;
      }
      if (rounds != null && rounds.owesReport(rank)) {
        ScheduleAnswers schedules = rounds.schedules();
        replies.add(() -> reply.accept(schedules.of(asking)));
        schedulesServed++;
      } else {
        waiting.add(rank, reply, replies);
        if (done) {
          endAll(replies);
        } else if (waiting.isComplete()) {
          advanceWhenWritten(replies);
        }
      }
    }
    replies.forEach(Runnable::run);
  }

  /** All ranks wait: it goes on now, or when the disk has kept up. */
  private void advanceWhenWritten(List<Runnable> replies) {
    if (!dump.holdsBack(this::advanceNow)) {
      advance(replies);
    }
  }

  private void advanceNow() {
    List<Runnable> replies = new ArrayList<>();
    synchronized (this) {
      // A rank that asked again may have found the disk in time, or the job may be gone.
      if (end == null && waiting.isComplete()) {
        advanceWhenWritten(replies);
      }
    }
    replies.forEach(Runnable::run);
  }

  /** The next round, or the end. */
  private void advance(List<Runnable> replies) {
    attempt(
        "failed",
        () -> {
          if (!rounds.advance()) {
            end = new HttpError(500, DONE);
            done = true;
          }
        });
    if (end != null) {
      endAll(replies);
      return;
    }
    ScheduleAnswers schedules = rounds.schedules();
    List<RankInfo> all = ranks.all();
    waiting.answer(replies, rank -> schedules.of(all.get(rank)));
    schedulesServed += ranks.size();
  }

  /**
   * Tells all that wait that the job is over: that it failed, at once; that it is done, when
   * everything is on disk, for whoever hears it may read the dump.
   */
  private void endAll(List<Runnable> replies) {
    List<Runnable> last = new ArrayList<>();
    Answer answer = end.answer();
    waiting.answer(last, rank -> answer);
    if (done) {
      replies.add(() -> dump.afterwards(() -> last.forEach(Runnable::run)));
    } else {
      replies.addAll(last);
    }
  }

  /**
   * Takes a rank's result of the present round.
   *
   * @throws HttpError if there is no such rank, no schedule to report on, or it has reported
   */
  public void report(Bodies.ResultBody body) {
    RankResult result = Registration.result(body, protocol);
    List<Runnable> replies = new ArrayList<>();
    synchronized (this) {
      ranks.require(result.rank());
      if (end != null) {
        throw end;
      }
      if (requireStarted().report(result)) {
        attempt("cannot take these results", rounds::finish);
        if (end != null) {
          endAll(replies);
        }
      }
    }
    replies.forEach(Runnable::run);
  }

  /**
   * Passes a straggler on to the scheduler.
   *
   * @throws HttpError if there is none that minds stragglers, or no such pipeline
   */
  public synchronized void straggler(Bodies.StragglerBody body) {
    int pipeline = Bodies.required("pipeline", body.pipeline());
    double degree = Bodies.required("degree", body.degree());
    if (!(requireStarted().scheduler() instanceof Straggler stragglers)) {
      throw new HttpError(
          409,
          "Job %s runs the scheduler %s, which minds no stragglers; Straggler does."
              .formatted(id, choice.name()));
    }
    try {
      stragglers.straggler(pipeline, degree);
    } catch (UserError e) {
      boolean hasPipeline = pipeline >= 0 && pipeline < info.degrees().dp();
      throw HttpError.field(hasPipeline ? "degree" : "pipeline", e.getMessage());
    }
  }

  private RoundExchange requireStarted() {
    if (rounds == null) {
      throw new HttpError(
          409,
          "Job %s has not started: %d of %d ranks have registered."
              .formatted(id, ranks.registered(), ranks.size()));
    }
    return rounds;
  }

  /** Ends the job: whoever waits is told so. */
  void remove() {
    List<Runnable> replies = new ArrayList<>();
    synchronized (this) {
      end = new HttpError(404, "Job " + id + " was idle for too long and is gone.");
      Answer answer = end.answer();
      waiting.answer(replies, rank -> answer);
    }
    replies.forEach(Runnable::run);
  }

  /** The job as a person sees it. */
  public synchronized JobView view() {
    return new JobView(
        id,
        info,
        protocol,
        choice,
        ranks.registered(),
        waiting.count(),
        schedulesServed,
        rounds == null ? null : rounds.number(),
        rounds == null ? null : rounds.scheduler().rounds(),
        done ? "done" : end != null ? "failed" : rounds == null ? "registering" : "running",
        end == null || done ? null : end.getMessage(),
        history.last(),
        history.allMax() != null || frontier == null ? history.allMax() : frontier.allMax(),
        rounds != null && rounds.scheduler() instanceof Straggler straggler
            ? straggler.stragglers()
            : null);
  }

  /** That with everything its chart shows. */
  public synchronized Map<String, Object> details() {
    Map<String, Object> json = new LinkedHashMap<>(view().json());
    json.put("points", history.points());
    json.put("frontier", frontier == null ? null : frontier.line());
    return json;
  }
}
