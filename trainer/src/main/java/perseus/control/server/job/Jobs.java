package perseus.control.server.job;

import java.time.LocalDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.JobInfo;
import perseus.control.dump.StateDump;
import perseus.control.protocol.Bodies;
import perseus.control.protocol.Protocol;
import perseus.control.server.dump.DumpQueue;
import perseus.control.server.dump.JobDump;
import perseus.control.server.http.HttpError;

/**
 * Creates, finds and removes the jobs of the plan server. The plan server removes a job if no
 * client has called it for too long.
 */
public final class Jobs {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  /**
   * Maximum number of jobs that the plan server keeps at the same time. Only a faulty client can
   * create more than 10,000 jobs, and each job needs memory.
   */
  private static final int MAX_JOBS = 10_000;

  /**
   * Maximum number of ranks of all jobs together. The number of ranks is limited because each rank
   * needs memory.
   */
  private static final int MAX_RANKS = 1 << 20;

  /**
   * Maximum length of a job id, in characters. Job ids are used as names of directories, which may
   * have at most 255 bytes. The maximum length leaves room for a number that makes the name of a
   * directory unique.
   */
  private static final int MAX_ID_LENGTH = 200;

  private final ServerSettings settings;
  private final DumpQueue dumps;
  private final Map<String, Job> jobs = new LinkedHashMap<>();

  public Jobs(ServerSettings settings, DumpQueue dumps) {
    this.settings = settings;
    this.dumps = dumps;
  }

  /**
   * Creates a job.
   *
   * @throws HttpError with status 422 if a field is missing or wrong, and 503 if there are too many
   *     jobs or ranks
   */
  public synchronized String create(Bodies.JobBody body) {
    Protocol protocol = Protocol.of(body);
    JobInfo info = Registration.job(body);
    if (jobs.size() >= MAX_JOBS) {
      throw new HttpError(503, "The server has " + MAX_JOBS + " jobs already, its maximum.");
    }
    long ranks = jobs.values().stream().mapToLong(Job::ranks).sum();
    if (ranks + info.degrees().worldSize() > MAX_RANKS) {
      throw new HttpError(
          503,
          "The server's jobs have %d ranks already; the maximum is %d."
              .formatted(ranks, MAX_RANKS));
    }
    String id =
        unused(safe(protocol.jobId(info, LocalDateTime.now(), settings.scheduler().name())));
    StateDump.Settings dumped = settings.toDump().onGpus(info.simulated());
    jobs.put(
        id,
        new Job(
            id,
            info,
            protocol,
            settings.scheduler(),
            new JobDump(
                dumps, settings.dumpDirectory(), settings.dumpRounds(), id, dumped, protocol)));
    LOG.info("Job {}: registered.", id);
    return id;
  }

  /**
   * Replaces the characters of a job id that are not safe in a file name or a URL path by
   * underscores.
   */
  private static String safe(String id) {
    String safe = id.replaceAll("[^A-Za-z0-9._:,=@+-]", "_");
    return safe.length() <= MAX_ID_LENGTH ? safe : safe.substring(0, MAX_ID_LENGTH);
  }

  /**
   * Returns a job id that no other job of the plan server has. If several plan servers share a
   * directory for state dumps (JSON files), jobs of two servers may have the same id. If jobs of
   * two servers have the same id, their state dumps (JSON files) are in different directories. The
   * method {@code unused} does not look for existing directories, because it must not wait for the
   * disk.
   */
  private String unused(String id) {
    String unused = id;
    for (int copy = 2; jobs.containsKey(unused); copy++) {
      unused = id + "-" + copy;
    }
    return unused;
  }

  /**
   * Finds the job with the given id for an HTTP call that changes the job. The call restarts the
   * idle time of the job.
   *
   * @throws HttpError with status 404 if no job has this id
   */
  public synchronized Job active(String id) {
    Job job = find(id);
    job.lastCall().called();
    return job;
  }

  /**
   * Records that the client of a job still runs. The client of this project calls the plan server
   * about once a second.
   *
   * @param id id of the job; an unknown id is ignored
   */
  public synchronized void watched(String id) {
    Job job = jobs.get(id);
    if (job != null) {
      job.lastCall().watched();
    }
  }

  /**
   * Finds the job with the given id for an HTTP call that only reads the job. The method {@code
   * find} does not restart the idle time of the job.
   *
   * @throws HttpError with status 404 if no job has this id
   */
  public synchronized Job find(String id) {
    Job job = jobs.get(id);
    if (job == null) {
      String shown = id.length() <= MAX_ID_LENGTH ? id : id.substring(0, MAX_ID_LENGTH) + "...";
      throw new HttpError(404, "There is no job '" + shown + "'.");
    }
    return job;
  }

  /** Returns all jobs of the plan server, from the oldest to the latest. */
  public synchronized Collection<Job> all() {
    return List.copyOf(jobs.values());
  }

  /** Removes the jobs that no client has called for too long. */
  public void removeIdle() {
    List<Job> idle;
    // HTTP calls hold the lock of the Jobs object while they find their jobs. If an HTTP call gets
    // the lock before the idle time is checked, its job is no longer idle. If an HTTP call gets the
    // lock after the job was removed, it does not find the job.
    synchronized (this) {
      idle = jobs.values().stream().filter(this::isIdle).toList();
      jobs.values().removeAll(idle);
    }
    for (Job job : idle) {
      LOG.info(
          "Job {}: removed, because it was idle for {} s. If it still runs, it must register again.",
          job.id(),
          settings.maxJobIdleTime().toSeconds());
      job.remove();
    }
  }

  /** Stops the background work of all jobs, because the server ends. */
  public void stopBackgroundWork() {
    all().forEach(Job::stopBackgroundWork);
  }

  private boolean isIdle(Job job) {
    return job.lastCall().silentNanos() > settings.maxJobIdleTime().toNanos();
  }
}
