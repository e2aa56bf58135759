package perseus.tensor.runtime;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Starts DJL with PyTorch, offline and without telemetry.
 *
 * <p>DJL unpacks the native libraries once, into {@code ~/.djl.ai}, or into the directory for
 * temporary files if the home directory is not writable. The environment variable {@code
 * DJL_CACHE_DIR} chooses another directory.
 */
public final class DjlRuntime {
  private DjlRuntime() {}

  /**
   * Sets the number of threads that an operation uses. The default is one per core.
   *
   * @param threads at least 1
   */
  public static void setThreads(int threads) {
    start();
    JniUtils.setNumThreads(threads);
  }

  /** Number of threads that an operation uses. */
  public static int threads() {
    start();
    return JniUtils.getNumThreads();
  }

  /**
   * Creates a manager, which owns tensors and all results computed from them until it is closed.
   */
  public static NDManager newManager(Device device) {
    start();
    return NDManager.newBaseManager(device, "PyTorch");
  }

  /** The first GPU that PyTorch finds, or the CPU if there is none. */
  public static Device defaultDevice() {
    return start().defaultDevice();
  }

  /** Sets the system properties that DJL reads when it starts. Must precede any use of DJL. */
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
      // The static initializer has set the properties.
    }
  }
}
