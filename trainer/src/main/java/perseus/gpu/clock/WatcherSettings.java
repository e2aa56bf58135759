package perseus.gpu.clock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import perseus.io.StrictJson;

/**
 * Holds the settings of a watcher: the GPUs that it resets if the launcher (the process that starts
 * the ranks) is killed, and how it sets their clocks. The watcher reads the settings as one line of
 * JSON.
 *
 * @param clockControl value of the option {@code --clock_control}
 * @param scheme name of the provider of the GPUs
 * @param gpus the GPUs
 */
record WatcherSettings(String clockControl, String scheme, List<Leased> gpus) {
  private static final JsonMapper JSON = StrictJson.builder().build();

  /**
   * Describes one GPU and its lease (a file that reserves the GPU for the run).
   *
   * @param uuid UUID of the GPU
   * @param powerLimitWatts the power limit in watts that is restored; null if the run sets no power
   *     limits
   * @param directory path of the directory with the lease file
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
