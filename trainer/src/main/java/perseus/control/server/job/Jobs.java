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
import perseus.control.protocol.Protocol;
import perseus.control.server.dump.DumpQueue;
import perseus.control.server.dump.JobDump;
import perseus.control.server.http.HttpError;

/** The jobs by their ids. A job goes when nobody has called for it for long enough. */
public final class Jobs {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  /** More at once would be a mistake somewhere; each costs memory until it is idle for too long. */
  private static final int MOST_JOBS = 10_000;

  /** Of all jobs together, for the same reason. */
  private static final int MOST_RANKS = 1 << 20;

  /** A directory's name may have 255 bytes; this leaves room for a number. */
  private static final int LONGEST_ID = 200;

  private final ServerSettings settings;
  private final DumpQueue dumps;
  private final Map<String, Job> jobs = new LinkedHashMap<>();

  public Jobs(ServerSettings settings, DumpQueue dumps) {
    this.settings = settings;
    this.dumps = dumps;
  }

  /** Makes a job; returns its id. */
  public synchronized String create(Bodies.JobBody body) {
    Protocol protocol = Registration.protocol(body);
    JobInfo info = Registration.job(body);
    if (jobs.size() >= MOST_JOBS) {
      throw new HttpError(503, "There are " + MOST_JOBS + " jobs already.");
    }
    long ranks = jobs.values().stream().mapToLong(Job::ranks).sum();
    if (ranks + info.degrees().worldSize() > MOST_RANKS) {
      throw new HttpError(503, "The jobs that there are have " + ranks + " ranks already.");
    }
    String id =
        unused(safe(protocol.jobId(info, LocalDateTime.now(), settings.scheduler().name())));
    StateDump.Settings described = settings.described();
    jobs.put(
        id,
        new Job(
            id,
            info,
            protocol,
            settings.scheduler(),
            new JobDump(dumps, settings.dumpDirectory(), id, described, protocol)));
    LOG.info("Job {}", id);
    return id;
  }

  /** Ids are names of directories and parts of paths: what is neither becomes an underscore. */
  private static String safe(String id) {
    String safe = id.replaceAll("[^A-Za-z0-9._:,=@+-]", "_");
    return safe.length() <= LONGEST_ID ? safe : safe.substring(0, LONGEST_ID);
  }

  /**
   * One that no other job of this server has. That another server's job of the same second may have
   * it, in a shared directory of dumps, only the dump minds, which goes beside it then: to look
   * here would be to wait for the disk.
   */
  private String unused(String id) {
    String unused = id;
    for (int copy = 2; jobs.containsKey(unused); copy++) {
      unused = id + "-" + copy;
    }
    return unused;
  }

  /**
   * The job of a call that a rank or whoever steers it makes: it is not idle then.
   *
   * @throws HttpError 404 if there is none
   */
  public synchronized Job called(String id) {
    Job job = find(id);
    job.touch();
    return job;
  }

  /**
   * The job, to look at.
   *
   * @throws HttpError 404 if there is none
   */
  public synchronized Job find(String id) {
    Job job = jobs.get(id);
    if (job == null) {
      String shown = id.length() <= LONGEST_ID ? id : id.substring(0, LONGEST_ID) + "...";
      throw new HttpError(404, "There is no job '" + shown + "'.");
    }
    return job;
  }

  /** All jobs, the oldest first. */
  public synchronized Collection<Job> all() {
    return List.copyOf(jobs.values());
  }

  /** Removes the jobs that nobody has called for for too long. */
  public void removeIdle() {
    List<Job> idle;
    // A call finds its job under this lock: it comes before, and the job is not idle, or too late.
    synchronized (this) {
      idle = jobs.values().stream().filter(job -> job.isIdle(settings.maxJobIdleTime())).toList();
      jobs.values().removeAll(idle);
    }
    for (Job job : idle) {
      LOG.info(
          "Job {} was idle for {} s and is gone.", job.id(), settings.maxJobIdleTime().toSeconds());
      job.remove();
    }
  }
}
