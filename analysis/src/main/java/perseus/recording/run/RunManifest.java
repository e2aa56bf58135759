package perseus.recording.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.recording.log.RankPlace;

/**
 * The manifest of a profiling run, {@code run.json}. It describes the run, so that its recording
 * can be analyzed without further options.
 *
 * @param schemaVersion version of this file's layout, now 1
 * @param framework framework that ran the training; {@code perseus} for this project
 * @param engine {@code virtual} or {@code djl}
 * @param model name of the model
 * @param partitionMethod method that divided the layers into stages, such as {@code uniform}
 * @param partition first layer of each stage, followed by the number of layers
 * @param ppDegree number of pipeline stages
 * @param dpDegree number of data-parallel pipelines
 * @param tpDegree number of GPUs that share one stage of one pipeline
 * @param microbatchSize number of samples in a microbatch
 * @param numMicrobatches number of microbatches of one pipeline in an iteration
 * @param trainSchedule the pipeline schedule, such as {@code 1f1b}
 * @param numProfSteps number of iterations of one frequency schedule
 * @param gpu name of the GPU
 * @param supportedFrequencies the GPU's SM clocks in MHz, highest first
 * @param powerSource where energies come from: {@code nvml} or {@code simulated}
 * @param ranks all ranks of the job
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

  /** Name of the file in a run directory. */
  public static final String FILE_NAME = "run.json";

  /** Version of the layout that this program writes, and the newest that it reads. */
  public static final int SCHEMA_VERSION = 1;

  /**
   * One frequency schedule of the run.
   *
   * @param number position in the run, from 0
   * @param warmup whether it ran only to warm up and is not a measurement
   * @param frequencyMhz frequency of all computations; null if a plan mixes frequencies
   * @param plan name of the plan file; null if no plan was replayed
   * @param firstIteration first iteration, counted from 1 from the start of the run
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

  /** Returns whether energies come from a simulated GPU. Every output must say so. */
  public boolean simulated() {
    return "simulated".equals(powerSource);
  }

  /**
   * Reads a manifest.
   *
   * @throws UserError if the file is missing, unreadable, not a manifest, or of a newer layout
   */
  public static RunManifest read(Path file) {
    RunManifest manifest = JsonFiles.read(file, RunManifest.class, "a run manifest");
    if (manifest.schemaVersion < 1 || manifest.schemaVersion > SCHEMA_VERSION) {
      throw new UserError(
          "%s has schema_version %d, which this version of Perseus cannot read; it reads versions up to %d."
              .formatted(file, manifest.schemaVersion, SCHEMA_VERSION));
    }
    return manifest;
  }

  /** Returns this manifest as the JSON text of {@code run.json}. */
  public String toJson() {
    return JsonFiles.toJson(this);
  }
}
