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
   * Loads PyTorch's native libraries. If the cache directory of DJL does not contain the libraries,
   * this method first unpacks them into the directory.
   *
   * @throws UncheckedIOException if this process cannot write to the cache directory of DJL
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
