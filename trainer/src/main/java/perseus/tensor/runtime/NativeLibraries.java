package perseus.tensor.runtime;

import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

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
   * @throws UserError if this process cannot write to the cache directory of DJL
   */
  public static void load() {
    DjlRuntime.prepare();
    Path cache = Utils.getEngineCacheDir("pytorch");
    Path unpacked = cache.resolve(marker());
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
      throw new UserError(
          "PyTorch's libraries cannot be unpacked into %s: %s. Set DJL_CACHE_DIR to a directory that can be written."
              .formatted(cache, AtomicFiles.reason(e)),
          e);
    }
  }

  /** Returns whether a cache directory of DJL contains all native libraries. */
  static boolean areUnpacked(Path cache) {
    return Files.exists(cache.resolve("pytorch").resolve(marker()));
  }

  private static String marker() {
    return "unpacked-" + Engine.getDjlVersion();
  }
}
