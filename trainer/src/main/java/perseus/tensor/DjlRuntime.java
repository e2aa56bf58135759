package perseus.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Starts DJL with PyTorch: offline, without telemetry, with its native libraries unpacked where
 * that is possible.
 */
public final class DjlRuntime {
  private static final String CACHE = "DJL_CACHE_DIR";

  private DjlRuntime() {}

  /**
   * Sets how many threads an operation uses; the default is one per core.
   *
   * @param threads at least 1
   */
  public static void setThreads(int threads) {
    start();
    JniUtils.setNumThreads(threads);
  }

  /** A manager of tensors, and of everything made from them, until it is closed. */
  public static NDManager newManager(Device device) {
    start();
    return NDManager.newBaseManager(device, "PyTorch");
  }

  /** The first GPU that the engine finds, else the CPU. */
  public static Device defaultDevice() {
    return start().defaultDevice();
  }

  /** Sets what DJL reads when it starts, before any part of it does. */
  public static void prepare() {
    Started.once();
  }

  private static Engine start() {
    prepare();
    return Engine.getEngine("PyTorch");
  }

  private static final class Started {
    static {
      System.setProperty("ai.djl.offline", "true");
      System.setProperty("OPT_OUT_TRACKING", "true");
      System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
      if (System.getProperty(CACHE) == null
          && System.getenv(CACHE) == null
          && !canWrite(Path.of(System.getProperty("user.home", "")))) {
        System.setProperty(CACHE, temporaryCache().toString());
      }
    }

    static void once() {
      // Loading the class has done it.
    }

    private static boolean canWrite(Path home) {
      Path cache = home.resolve(".djl.ai");
      return Files.isWritable(Files.exists(cache) ? cache : home);
    }

    private static Path temporaryCache() {
      Path directory =
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "djl-" + System.getProperty("user.name", "any"));
      try {
        return Files.createDirectories(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
