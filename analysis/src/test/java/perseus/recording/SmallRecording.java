package perseus.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import perseus.recording.run.RecordingOptions;

/**
 * Writes a small undamaged recording for tests that damage it: two ranks, and five iterations at
 * each of two frequencies. A forward takes 0.1 s and a backward 0.2 s.
 */
final class SmallRecording {
  static final int MICROBATCHES = 4;
  static final int STEPS = 5;

  static final RecordingOptions OPTIONS =
      new RecordingOptions(
          MICROBATCHES, STEPS, List.of(1410, 1200), 0, null, null, null, null, null);

  private SmallRecording() {}

  static void write(Path directory) throws IOException {
    for (int rank = 0; rank < 2; rank++) {
      List<String> forwards = new ArrayList<>();
      List<String> backwards = new ArrayList<>();
      double time = 1000;
      for (int i = 0; i < 2 * STEPS * MICROBATCHES; i++) {
        forwards.add(record("forward_microstep", time, time + 0.1));
        backwards.add(record("backward_microstep", time + 0.1, time + 0.3));
        time += 0.35;
      }
      List<String> lines = new ArrayList<>(List.of("instruction,start,end"));
      lines.addAll(forwards);
      lines.addAll(backwards);
      Files.write(directory.resolve("instructions-" + rank + ".csv"), lines);
      List<String> readings = new ArrayList<>(List.of("time,energy"));
      for (int i = 0; i < 170; i++) {
        readings.add(String.format(Locale.ROOT, "%.3f,%.3f", 999 + 0.1 * i, 5000 + 20.0 * i));
      }
      Files.write(directory.resolve("time-energy-" + rank + ".csv"), readings);
    }
  }

  static String record(String name, double start, double end) {
    return String.format(Locale.ROOT, "%s,%.4f,%.4f", name, start, end);
  }
}
