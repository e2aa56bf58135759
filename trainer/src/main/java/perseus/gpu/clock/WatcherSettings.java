package perseus.gpu.clock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import perseus.io.StrictJson;

/**
 * Tells the process {@link ClockWatcher} which GPUs it resets, and how clocks are set. The process
 * {@link ClockWatcher} reads a {@code WatcherSettings} as one line of JSON.
 *
 * @param clockControl value of the flag {@code --clock_control}
 * @param scheme name of the {@link perseus.gpu.GpuProvider} that opens the GPUs
 */
record WatcherSettings(String clockControl, String scheme, List<Leased> gpus) {
  private static final JsonMapper JSON = StrictJson.builder().build();

  /**
   * Describes one GPU and its lease file, which reserves the GPU for the run.
   *
   * @param uuid UUID of the GPU
   * @param powerLimitWatts power limit in watts that the GPU had before the run; null if the run
   *     sets no power limits
   * @param directory directory that contains the lease file, which reserves the GPU
   */
  record Leased(String uuid, Double powerLimitWatts, String directory) {}

  String toLine() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static WatcherSettings ofLine(String line) {
    try {
      return JSON.readValue(line, WatcherSettings.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The settings of the watcher are damaged.", e);
    }
  }
}
