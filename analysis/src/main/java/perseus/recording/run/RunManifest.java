package perseus.recording.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.recording.log.RankPlace;

/**
 * Holds the contents of {@code run.json}, which describes a profiling run. A recording with {@code
 * run.json} can be analyzed without further flags.
 *
 * @param schemaVersion version of the layout of {@code run.json}, which is {@link #SCHEMA_VERSION}
 *     in new files
 * @param framework framework that ran the training, such as {@code perseus} for this project
 * @param engine {@code virtual} (simulation) or {@code djl} (real tensors)
 * @param model name of the model
 * @param partitionMethod method that divided the layers into stages, such as {@code uniform}
 * @param partition index of the first layer of each stage, followed by the number of layers of the
 *     model
 * @param ppDegree number of pipeline stages
 * @param dpDegree number of data-parallel pipelines
 * @param tpDegree number of GPUs that share one stage of one pipeline
 * @param microbatchSize number of samples in a microbatch
 * @param numMicrobatches number of microbatches that one pipeline processes in an iteration
 * @param trainSchedule name of the pipeline schedule, such as {@code 1f1b}
 * @param numProfSteps number of iterations at each frequency; null if the numbers differ
 * @param profPrecision relative standard error of times and energies at which the run ended the
 *     measurement of a frequency; null for fixed numbers of iterations
 * @param gpu name of the GPU
 * @param supportedFrequencies SM clock frequencies that the GPU supports, in MHz, highest first
 * @param powerSource source of the energy readings: {@code nvml} (library of NVIDIA) or {@code
 *     simulated}
 * @param driver version of the GPU's driver; null for simulated GPUs
 * @param clockControl way to set clocks: {@code nvml}, {@code zeusd:SOCKET}, or {@code none} if the
 *     GPUs chose their clocks; null for simulated GPUs
 * @param switchSeconds median time in seconds from the request of a clock until the GPU runs at it;
 *     null if it was not measured
 * @param ranks all ranks of the job
 * @param schedules ranges of iterations with fixed frequencies, in the order in which they ran
 * @param order computations of an iteration for each rank of a pipeline, in the notation of {@link
 *     perseus.pipeline.ScheduleAction}; null if {@code trainSchedule} determines them
 * @param run id of a run whose hosts wrote separate directories; null if all logs are in one
 *     directory
 * @param overlapGradReduce true if gradient all-reduces between the pipelines ran during the last
 *     backward of each stage, else null
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
    Integer numProfSteps,
    Double profPrecision,
    String gpu,
    List<Integer> supportedFrequencies,
    String powerSource,
    String driver,
    String clockControl,
    Double switchSeconds,
    List<RankPlace> ranks,
    List<Schedule> schedules,
    List<List<String>> order,
    String run,
    Boolean overlapGradReduce) {
  public static final String FILE_NAME = "run.json";

  /**
   * Version of the layout of {@code run.json} that this program writes. A {@code run.json} with a
   * higher version is an error.
   */
  public static final int SCHEMA_VERSION = 1;

  /**
   * Describes a range of iterations of a run with fixed frequencies.
   *
   * @param number number of the range in the run, from 0
   * @param warmup whether the range only warmed up the GPU
   * @param frequencyMhz frequency of all computations in MHz; null for a plan with several
   *     frequencies
   * @param plan name of the executed plan file; null without a plan
   * @param firstIteration first iteration of the range, counted from 1
   * @param lastIteration last iteration of the range (inclusive)
   * @param smMhz mean SM clock in MHz at which the GPUs of all ranks really ran; null if it is
   *     unknown
   * @param held fraction of the time at the requested clock, on the rank with the smallest
   *     fraction; null if it is unknown
   * @param revisit true if the range measured the first frequency again at the end of the run; else
   *     null
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Schedule(
      int number,
      boolean warmup,
      Integer frequencyMhz,
      String plan,
      int firstIteration,
      int lastIteration,
      Double smMhz,
      Double held,
      Boolean revisit) {

    /** Returns whether the range measured a single frequency for the profile. */
    boolean measured() {
      return !warmup && !Boolean.TRUE.equals(revisit) && frequencyMhz != null;
    }
  }

  /**
   * Returns whether the energies come from simulated GPUs. All outputs about a run on simulated
   * GPUs must state that the energies are simulated.
   */
  public boolean simulated() {
    return "simulated".equals(powerSource);
  }

  /**
   * Reads {@code run.json}.
   *
   * @throws UserError if the file is missing, unreadable, of another kind, or has a newer layout
   *     than this program can read
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

  /** Returns the JSON text of {@code run.json}. */
  public String toJson() {
    return JsonFiles.toJson(this);
  }
}
