package perseus.recording.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.recording.log.RankPlace;

/**
 * {@code run.json}: what a profiling run was, so that its recording can be analyzed without flags.
 *
 * @param schemaVersion version of this file's layout, now 1
 * @param framework what trained, {@code perseus} for this project
 * @param engine {@code virtual} or {@code djl}
 * @param model the model's name
 * @param partitionMethod as given to {@code --partition_method}
 * @param partition first layer of each stage, then the number of layers
 * @param ppDegree number of pipeline stages
 * @param dpDegree number of data-parallel pipelines
 * @param tpDegree GPUs that share one stage of one pipeline
 * @param microbatchSize samples in a microbatch
 * @param numMicrobatches microbatches of one pipeline in an iteration
 * @param trainSchedule the pipeline schedule, such as {@code 1f1b}
 * @param numProfSteps iterations of one frequency schedule
 * @param gpu the GPU's name
 * @param supportedFrequencies the GPU's SM clocks in MHz, highest first
 * @param powerSource {@code nvml} or {@code simulated}
 * @param ranks every rank of the job
 * @param schedules the frequency schedules in the order in which they ran
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunManifest(
    int schemaVersion,
    String framework,
    String engine,
    String model,
    String partitionMethod,
    List<Integer> partition,
    int ppDegree,
    int dpDegree,
    int tpDegree,
    int microbatchSize,
    int numMicrobatches,
    String trainSchedule,
    int numProfSteps,
    String gpu,
    List<Integer> supportedFrequencies,
    String powerSource,
    List<RankPlace> ranks,
    List<Schedule> schedules) {

  /** The file's name in a run directory. */
  public static final String FILE_NAME = "run.json";

  /** The layout that this version writes and the newest it reads. */
  public static final int SCHEMA_VERSION = 1;

  /**
   * One frequency schedule and the iterations that ran under it.
   *
   * @param number position in the run, from 0
   * @param warmup whether it ran only to warm up, and is no measurement
   * @param frequencyMhz the one frequency of every computation; null where a plan mixes them
   * @param plan the plan file's name; null where no plan was replayed
   * @param firstIteration first iteration, counted from 1 over the whole run
   * @param lastIteration last iteration, inclusive
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Schedule(
      int number,
      boolean warmup,
      Integer frequencyMhz,
      String plan,
      int firstIteration,
      int lastIteration) {}

  /** Whether energies come from a simulated GPU; every output must say so. */
  public boolean simulated() {
    return "simulated".equals(powerSource);
  }

  /**
   * Reads a manifest.
   *
   * @throws UserError if the file is missing, unreadable or not a manifest
   */
  public static RunManifest read(Path file) {
    RunManifest manifest = JsonFiles.read(file, RunManifest.class, "a run manifest");
    if (manifest.schemaVersion < 1 || manifest.schemaVersion > SCHEMA_VERSION) {
      throw new UserError(
          file + " has a schema_version that this version of Perseus does not read (it reads 1).");
    }
    return manifest;
  }

  /** This manifest as the JSON text of {@code run.json}. */
  public String toJson() {
    return JsonFiles.toJson(this);
  }
}
