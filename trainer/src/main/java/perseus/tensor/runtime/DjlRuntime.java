package perseus.tensor.runtime;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Starts the Deep Java Library (DJL) with PyTorch, without network access and without telemetry.
 *
 * <p>DJL unpacks PyTorch's native libraries once, into the directory that {@link NativeCache}
 * chooses. The environment variable {@code DJL_CACHE_DIR} selects another directory for the
 * libraries.
 */
public final class DjlRuntime {
  private DjlRuntime() {}

  /**
   * Sets the number of CPU threads that a tensor operation uses. By default, a tensor operation
   * uses one thread per core.
   *
   * @param threads number of CPU threads, at least 1
   */
  public static void setThreads(int threads) {
    start();
    JniUtils.setNumThreads(threads);
  }

  /** Returns the number of CPU threads that a tensor operation uses. */
  public static int threads() {
    start();
    return JniUtils.getNumThreads();
  }

  /**
   * Creates a manager of tensors, which owns the tensors that are created with it and all results
   * that are computed from these tensors. If a manager is closed, it frees all tensors that it
   * owns. The method turns PyTorch's automatic differentiation off for the calling thread.
   */
  public static NDManager newManager(Device device) {
    start();
    // DJL turns automatic differentiation off only for the thread that starts DJL.
    JniUtils.setGradMode(false);
    return NDManager.newBaseManager(device, "PyTorch");
  }

  /** Returns the first GPU that PyTorch finds, or the CPU if there is no GPU. */
  public static Device defaultDevice() {
    return start().defaultDevice();
  }

  /**
   * Sets the system properties that DJL reads when it starts. Callers must call {@code prepare}
   * before any use of DJL.
   */
  public static void prepare() {
    Started.once();
  }

  private static Engine start() {
    prepare();
    return Engine.getEngine("PyTorch");
  }

  private static final class Started {
    static {
      NativeCache.choose();
      System.setProperty("ai.djl.offline", "true");
      System.setProperty("OPT_OUT_TRACKING", "true");
      System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    }

    static void once() {
      // The first use of the class Started runs its static initializer, which sets the system
      // properties.
    }
  }
}
