package perseus.evaluation.published;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Holds the measurements in a user's copy of the data published with the Perseus paper.
 *
 * @param jobs jobs whose iterations were measured under plans
 * @param profiles measured stage profiles with the results that were published for them
 * @param allMax measured iterations with every operation at the highest frequency
 */
public record PublishedData(
    List<MeasuredJob> jobs, List<EmulatedProfile> profiles, List<MeasuredAllMax> allMax) {
  private static final String EMULATION = "emulation";
  private static final String ITERATIONS = "iterations.csv";

  /**
   * Reads all measurements below a directory. The directory can contain one directory for each
   * measured job, with perseus/, envpipe/, zeus_global.csv and zeus_local.csv. For an emulated
   * workload NAME with M microbatches, the files are emulation/NAME_profile.csv,
   * emulation/frontier/NAME_mbM.csv and emulation/envpipe.csv. The file iterations.csv contains
   * measured iterations at the highest frequency. The method skips missing files.
   *
   * @param blockingWatts function that returns, for the directory of a measured job, the power in
   *     watts of one GPU while it waits
   * @throws UserError if the directory contains no measurements, if it is the directory of a single
   *     job, or if a file cannot be used
   */
  public static PublishedData read(Path directory, ToDoubleFunction<Path> blockingWatts) {
    if (!Files.isDirectory(directory)) {
      throw new UserError(directory + " is not a directory.");
    }
    if (MeasuredJob.isIn(directory)) {
      throw new UserError(
          directory + " holds the measurements of one job; name the directory that it lies in.");
    }
    List<MeasuredJob> jobs = new ArrayList<>();
    for (Path child : files(directory)) {
      if (MeasuredJob.isIn(child)) {
        jobs.add(MeasuredJob.read(child, blockingWatts.applyAsDouble(child)));
      }
    }
    List<EmulatedProfile> profiles =
        files(directory.resolve(EMULATION)).stream()
            .filter(EmulatedProfile::isProfile)
            .map(EmulatedProfile::read)
            .toList();
    List<MeasuredAllMax> allMax = MeasuredAllMax.read(directory.resolve(ITERATIONS));
    if (jobs.isEmpty() && profiles.isEmpty() && allMax.isEmpty()) {
      throw new UserError(
          "%s holds no published measurements: neither JOB/perseus with JOB/zeus_global.csv, nor emulation/NAME_profile.csv, nor iterations.csv."
              .formatted(directory));
    }
    return new PublishedData(jobs, profiles, allMax);
  }

  /**
   * Returns the files of a directory, sorted by name. If the directory does not exist, the list is
   * empty.
   */
  static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw AtomicFiles.unreadable(directory, e);
    }
  }
}
