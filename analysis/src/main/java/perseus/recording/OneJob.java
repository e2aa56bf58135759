package perseus.recording;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import perseus.io.UserError;
import perseus.recording.log.RankPlace;
import perseus.recording.run.RunDirectory;
import perseus.recording.run.RunManifest;

/**
 * Checks that several directories are recordings of one job.
 *
 * <p>The files {@code run.json} of all directories must agree in each value that influences plans
 * or the measured times and energies. A directory without {@code run.json} must not hold ranks that
 * are missing in the {@code run.json} of another directory.
 */
final class OneJob {
  private static final String ORDERS = "orders of computations";

  private OneJob() {}

  /**
   * @throws UserError if a directory is named twice, or if the directories belong to different jobs
   */
  static void require(List<RunDirectory> directories) {
    Set<Path> seen = new HashSet<>();
    for (RunDirectory directory : directories) {
      if (!seen.add(directory.path.toAbsolutePath().normalize())) {
        throw new UserError(directory.path + " is named twice.");
      }
    }
    RunDirectory described = described(directories);
    if (described.manifest == null) {
      return;
    }
    directories.forEach(directory -> requireWhole(directory, directories));
    Map<String, Object> job = job(described.manifest);
    Set<Integer> ranks = new TreeSet<>();
    described.manifest.ranks().stream().map(RankPlace::rank).forEach(ranks::add);
    for (RunDirectory directory : directories) {
      if (directory.manifest != null) {
        requireEqual(described.path, job, directory.path, job(directory.manifest));
      }
      if (!ranks.containsAll(directory.ranks)) {
        throw new UserError(
            "%s and %s are recordings of different jobs. The first has ranks 0 to %d; the second has logs of the ranks %s."
                .formatted(described.path, directory.path, ranks.size() - 1, directory.ranks));
      }
    }
  }

  /**
   * Checks a run of which each host wrote its own directory: the directories must hold the logs of
   * all ranks. Logs of another run cannot replace missing logs, because the times of two runs
   * differ.
   */
  private static void requireWhole(RunDirectory part, List<RunDirectory> directories) {
    if (part.manifest == null || part.manifest.run() == null) {
      return;
    }
    Set<Integer> missing = new TreeSet<>();
    Set<String> hosts = new TreeSet<>();
    for (RankPlace rank : part.manifest.ranks()) {
      boolean found =
          directories.stream()
              .filter(other -> other.manifest != null)
              .filter(other -> part.manifest.run().equals(other.manifest.run()))
              .anyMatch(other -> other.ranks.contains(rank.rank()));
      if (!found) {
        missing.add(rank.rank());
        hosts.add(String.valueOf(rank.host()));
      }
    }
    if (!missing.isEmpty()) {
      throw new UserError(
          "%s holds a part of a run on several hosts: the logs of the ranks %s lie on %s, in the output directory of perseus-run there. Name the directories of all hosts of this run."
              .formatted(part.path, missing, String.join(", ", hosts)));
    }
  }

  /** Returns the first directory with a {@code run.json}, else the first directory. */
  static RunDirectory described(List<RunDirectory> directories) {
    return directories.stream()
        .filter(directory -> directory.manifest != null)
        .findFirst()
        .orElse(directories.get(0));
  }

  private static void requireEqual(
      Path first, Map<String, Object> job, Path second, Map<String, Object> other) {
    job.forEach(
        (name, value) -> {
          Object otherValue = other.get(name);
          if (value != null && otherValue != null && !Objects.equals(value, otherValue)) {
            throw new UserError(
                "%s and %s are recordings of different jobs: their %s differ%s."
                    .formatted(
                        first,
                        second,
                        name,
                        name.equals(ORDERS) ? "" : " (%s and %s)".formatted(value, otherValue)));
          }
        });
  }

  private static Map<String, Object> job(RunManifest run) {
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("models", run.model());
    job.put("partitions", run.partition());
    job.put("numbers of stages", run.ppDegree());
    job.put("numbers of pipelines", run.dpDegree());
    job.put("numbers of tensor-parallel ranks", run.tpDegree());
    job.put("microbatch sizes", run.microbatchSize());
    job.put("numbers of microbatches", run.numMicrobatches());
    job.put("schedules", run.trainSchedule());
    job.put(ORDERS, run.order());
    job.put("GPUs", run.gpu());
    job.put("power sources", run.powerSource());
    return job;
  }
}
