package perseus.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes artificial measurements in the directory layout of the published data. */
final class PublishedLayout {
  /**
   * Profile of one stage. Under all-max (every operation at the highest frequency), each microbatch
   * takes 2 s and 600 J.
   */
  static final String PROFILE =
      """
      stage,instruction,frequency,time,energy
      0,forward,1410,1,300
      0,forward,1005,1.5,150
      0,backward,1410,1,300
      0,backward,1005,1.5,150
      """;

  private PublishedLayout() {}

  static Path write(Path directory) throws IOException {
    Path job = directory.resolve("tiny-a100");
    Files.createDirectories(job.resolve("perseus"));
    double[][] schedules = {{10, 1000}, {10, 1000}, {10, 900}, {12, 750}};
    for (int i = 0; i < schedules.length; i++) {
      Files.writeString(
          job.resolve("perseus").resolve(i + ".prof.json"),
          "[{\"iter_time\": [%s], \"iter_energy\": [%s]}]"
              .formatted(schedules[i][0], schedules[i][1]));
    }
    Files.writeString(
        job.resolve("zeus_global.csv"), "power_limit_0,time,energy\n300,10,1000\n200,11,850\n");
    Path emulation = directory.resolve("emulation");
    Files.createDirectories(emulation.resolve("frontier"));
    Files.writeString(emulation.resolve("m_a100_profile.csv"), PROFILE);
    // With 12 microbatches, all-max takes 24 s and 7200 J.
    Files.writeString(
        emulation.resolve("frontier/m_a100_mb12.csv"), "time,energy\n24,6480\n30,5400\n");
    Files.writeString(
        emulation.resolve("envpipe.csv"),
        "model,device,num_microbatches,iteration_time,energy\nm,a100,12,240,518400\n");
    return directory;
  }
}
