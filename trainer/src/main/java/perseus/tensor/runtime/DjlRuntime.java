package perseus.tensor.runtime;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Starts DJL with PyTorch: offline and without telemetry. DJL unpacks the native libraries once,
 * into {@code ~/.djl.ai}, or where the home directory cannot be written, into the directory for
 * temporary files; the environment variable {@code DJL_CACHE_DIR} names another place.
 */
public final class DjlRuntime {
  private static final String SPIN_COUNT = "GOMP_SPINCOUNT";

  private DjlRuntime() {}

  /**
   * Environment variables that a process which trains on several threads is best started with. Of
   * OpenMP's threads, one that has finished its share spins for milliseconds until the others have;
   * where processes outnumber cores it keeps them from it, and small operations take a hundred
   * times as long. So it shall soon sleep, unless the user has decided on this.
   */
  public static Map<String, String> environment() {
    boolean decided =
        Stream.of(SPIN_COUNT, "OMP_WAIT_POLICY").map(System::getenv).anyMatch(Objects::nonNull);
    return decided ? Map.of() : Map.of(SPIN_COUNT, "10000");
  }

  /**
   * Sets how many threads an operation uses; the default is one per core.
   *
   * @param threads at least 1
   */
  public static void setThreads(int threads) {
    start();
    JniUtils.setNumThreads(threads);
  }

  /** How many threads an operation uses. */
  public static int threads() {
    start();
    return JniUtils.getNumThreads();
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
    }

    static void once() {
      // Loading the class has done it.
    }
  }
}
