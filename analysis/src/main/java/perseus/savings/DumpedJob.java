package perseus.savings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.AtomicFiles;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.recording.run.RunManifest;

/**
 * Holds the facts that a directory of measurements states about the measured job.
 *
 * @param facts values from {@code run.json} in the parent directory; if there is no such file,
 *     values from the id of the job
 * @param texts texts that may contain the name of the model, most specific first: server settings,
 *     directory name, names of parent directories
 * @param simulated whether {@code run.json} or the settings of the plan server say that the GPUs
 *     are simulated
 */
record DumpedJob(JobFacts facts, List<String> texts, boolean simulated) {
  /** Holds the only field that this class reads from the settings of the plan server. */
  private record Settings(Boolean simulated) {}

  /**
   * Matches the id that a plan server gives to a job. The id of a job is the name of the directory
   * with the measurements of the job.
   */
  private static final Pattern JOB_ID =
      Pattern.compile(
          "\\d{4}(?:-\\d+){5}\\+(?:[^+]+\\+(?<model>.+)\\+(?<partition>[^+]+)\\+)?dp(?<dp>\\d+)\\+pp(?<pp>\\d+)"
              + "\\+tp(?<tp>\\d+)(?:\\+mbs(?<size>\\d+)\\+nmb(?<count>\\d+))?(?:\\+.*)?");

  private static final Pattern RANKS_JOB_ID =
      Pattern.compile("\"job_id\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  /**
   * @throws UserError if a file of the directory, or {@code run.json}, cannot be read
   */
  static DumpedJob of(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    List<String> texts = new ArrayList<>();
    Path settingsFile = directory.resolve("perseus.json");
    String settings = text(settingsFile);
    boolean simulated =
        !settings.isEmpty()
            && Boolean.TRUE.equals(
                JsonFiles.read(settingsFile, Settings.class, "a dump's settings").simulated());
    if (!settings.isEmpty()) {
      texts.add(settings);
    }
    for (Path path = absolute;
        path != null && path.getFileName() != null;
        path = path.getParent()) {
      texts.add(path.getFileName().toString());
    }
    Path run = absolute.resolveSibling(RunManifest.FILE_NAME);
    if (Files.exists(run)) {
      RunManifest manifest = RunManifest.read(run);
      return new DumpedJob(facts(manifest), texts, manifest.simulated() || simulated);
    }
    Matcher id = RANKS_JOB_ID.matcher(text(directory.resolve("ranks.json")));
    return new DumpedJob(
        facts(id.find() ? id.group(1) : String.valueOf(absolute.getFileName())), texts, simulated);
  }

  private static JobFacts facts(RunManifest run) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(JobFacts.MODEL, run.model());
    values.put("partition_method", run.partitionMethod());
    putPositive(values, "dp", run.dpDegree());
    putPositive(values, "tp", run.tpDegree());
    putPositive(values, "pp", run.ppDegree());
    putPositive(values, "microbatch_size", run.microbatchSize());
    putPositive(values, JobFacts.MICROBATCHES, run.numMicrobatches());
    return new JobFacts(values);
  }

  private static void putPositive(Map<String, String> values, String name, int value) {
    if (value > 0) {
      values.put(name, Integer.toString(value));
    }
  }

  private static JobFacts facts(String jobId) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher id = JOB_ID.matcher(jobId);
    if (id.matches()) {
      values.put(JobFacts.MODEL, id.group("model"));
      values.put("partition_method", id.group("partition"));
      values.put("dp", id.group("dp"));
      values.put("tp", id.group("tp"));
      values.put("pp", id.group("pp"));
      values.put("microbatch_size", id.group("size"));
      values.put(JobFacts.MICROBATCHES, id.group("count"));
    }
    return new JobFacts(values);
  }

  private static String text(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    }
  }
}
