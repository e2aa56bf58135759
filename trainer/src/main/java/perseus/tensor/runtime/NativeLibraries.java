package perseus.tensor.runtime;

import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Loads PyTorch's native libraries and unpacks them into the cache directory of DJL if needed. If
 * several ranks start at the same time, a file lock ensures that only one rank unpacks the
 * libraries.
 */
public final class NativeLibraries {
  private NativeLibraries() {}

  /**
   * Loads the libraries. If the cache directory does not contain the libraries, this method unpacks
   * them first.
   *
   * @throws UncheckedIOException if the cache directory cannot be written
   */
  public static void load() {
    DjlRuntime.prepare();
    Path cache = Utils.getEngineCacheDir("pytorch");
    Path unpacked = cache.resolve("unpacked-" + Engine.getDjlVersion());
    if (Files.exists(unpacked)) {
      DjlRuntime.defaultDevice();
      return;
    }
    try {
      Files.createDirectories(cache);
      try (FileChannel lock =
          FileChannel.open(
              cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock.lock();
        DjlRuntime.defaultDevice();
        Files.write(unpacked, new byte[0]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot unpack PyTorch into " + cache + ": " + e.getMessage(), e);
    }
  }
}
