package perseus.recording.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.recording.log.RankPlace;

/**
 * Holds the contents of {@code run.json}, the manifest of a profiling run. The manifest describes
 * the run, so that its recording can be analyzed without further options.
 *
 * @param schemaVersion version of the layout of {@code run.json}, which is {@link #SCHEMA_VERSION}
 *     in new files
 * @param framework framework that ran the training, such as {@code perseus} for this project
 * @param engine engine that ran the training, which is {@code virtual} (simulation) or {@code djl}
 *     (real tensors)
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
 * @param numProfSteps number of iterations in each frequency schedule. A frequency schedule is a
 *     range of iterations that run with fixed frequencies. The value is null if the frequency
 *     schedules have different numbers of iterations.
 * @param profPrecision relative standard error that times and energies had to reach before a
 *     frequency schedule ended; null if the frequency schedules had a fixed number of iterations
 * @param gpu name of the GPU
 * @param supportedFrequencies SM clock frequencies that the GPU supports, in MHz, highest first
 * @param powerSource source of the energy readings, which is {@code nvml} (library of NVIDIA) or
 *     {@code simulated}
 * @param driver version of the GPU's driver; null for simulated GPUs
 * @param clockControl how clocks were set: {@code nvml}, {@code zeusd:SOCKET}, or {@code none} if
 *     the GPUs chose their clocks themselves; null for simulated GPUs
 * @param switchSeconds median time in seconds from the request of a clock until the GPU ran at this
 *     clock; null if it was not measured
 * @param ranks all ranks of the job
 * @param schedules frequency schedules in the order in which they ran. A frequency schedule is a
 *     range of iterations that run with fixed frequencies.
 * @param order for each rank of a pipeline, the computations of an iteration in the order in which
 *     they ran, in the notation of {@link perseus.pipeline.ScheduleAction}; null if the name of the
 *     schedule determines the order
 * @param run id of the run if each host wrote the logs of its ranks into its own directory; null if
 *     all logs are in one directory
 * @param overlapGradReduce true if the sums of gradients over the pipelines ran during the last
 *     backward of each stage, which changes the time and the power of this backward; else null
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

  /** Name of the manifest file in a run directory. */
  public static final String FILE_NAME = "run.json";

  /**
   * Version of the layout of {@code run.json} that this program writes. The program also reads
   * files with older layout versions.
   */
  public static final int SCHEMA_VERSION = 1;

  /**
   * Describes one frequency schedule of the run: a range of iterations that ran with fixed
   * frequencies.
   *
   * @param number number of the frequency schedule in the run, from 0
   * @param warmup whether the frequency schedule ran only to warm up the GPU and is not a
   *     measurement
   * @param frequencyMhz frequency of all computations in MHz; null if the frequency schedule ran a
   *     plan with several frequencies
   * @param plan name of the plan file whose frequencies were used; null if no plan was used
   * @param firstIteration first iteration of the frequency schedule. The first iteration of the run
   *     is iteration 1.
   * @param lastIteration last iteration of the frequency schedule, which is part of the schedule
   * @param smMhz mean SM clock at which the GPUs of all ranks really ran (clock in force), in MHz;
   *     null if unknown
   * @param held share of the time in which a GPU ran at the requested clock, on the rank with the
   *     lowest share; null if unknown
   * @param revisit true if the frequency schedule repeated the first measured frequency at the end
   *     of the run, to show how much time and power changed during the run; null if it did not
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

    /** Returns whether the frequency schedule measured a single frequency for the profile. */
    boolean measured() {
      return !warmup && !Boolean.TRUE.equals(revisit) && frequencyMhz != null;
    }
  }

  /**
   * Returns whether the energies come from a simulated GPU. All outputs about a run on simulated
   * GPUs must tell the user that its energies are simulated.
   */
  public boolean simulated() {
    return "simulated".equals(powerSource);
  }

  /**
   * Reads a manifest from a file.
   *
   * @throws UserError if the file is missing, unreadable, not a manifest, or has a newer layout
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

  /** Returns this manifest as the JSON text of {@code run.json}. */
  public String toJson() {
    return JsonFiles.toJson(this);
  }
}
