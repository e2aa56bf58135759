package perseus.control.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import perseus.io.JsonFiles;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanFile;

/**
 * Writes three plans for two stages and two microbatches. The plans are 0 %, 15 % and 30 % slower
 * than all-max (all computations at the highest clock).
 */
final class SavedFrontier {
  private SavedFrontier() {}

  static Path write(Path directory) throws IOException {
    List<PlanCatalog.Entry> entries = new ArrayList<>();
    int[] clocks = {1410, 1395, 1380};
    double[] times = {1, 1.15, 1.3};
    for (int i = clocks.length - 1; i >= 0; i--) {
      Path file = directory.resolve("out/plans").resolve(PlanFile.name(i));
      Files.createDirectories(file.getParent());
      String stage = Collections.nCopies(4, clocks[i]).toString();
      Files.writeString(file, "[" + stage + ", " + stage + "]\n");
      String name = "plans/" + file.getFileName();
      entries.add(new PlanCatalog.Entry(i, name, times[i], 900 - i, 900 - i, 0, 0, i == 2));
    }
    JsonFiles.write(
        directory.resolve("out").resolve(PlanCatalog.FILE_NAME),
        new PlanCatalog(
            1,
            "perseus",
            "1f1b",
            2,
            2,
            300,
            0.0,
            null,
            null,
            true,
            new PlanCatalog.Baseline(1, 1000),
            1,
            1.15,
            1.3,
            entries));
    return directory.resolve("out");
  }
}
