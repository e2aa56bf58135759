package perseus.tensor.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs operations of PyTorch that DJL does not offer, such as fused attention. They are TorchScript
 * methods in the resource {@code kernels.py}.
 *
 * <p>A call costs about ten microseconds. Operations take part in automatic differentiation unless
 * they detach their inputs. Not thread-safe.
 */
public final class Kernels implements AutoCloseable {
  private final NDManager manager;
  private final PtSymbolBlock script;

  /** DJL takes the name of the method to run from the name of an additional input. */
  private final Map<String, NDArray> methods = new HashMap<>();

  /** Loads the script; {@code parent} closes it unless {@link #close} does so before. */
  public Kernels(NDManager parent) {
    manager = parent.newSubManager();
    try {
      script =
          JniUtils.loadModule(
              (PtNDManager) manager,
              new ByteArrayInputStream(ScriptArchive.of("Kernels", "kernels.py")),
              false,
              false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a method of the script.
   *
   * @return the result; the manager of the first input owns it
   */
  public NDArray run(String method, NDArray... inputs) {
    NDList list = new NDList(inputs.length + 1);
    for (NDArray input : inputs) {
      list.add(input);
    }
    list.add(methods.computeIfAbsent(method, this::nameTag));
    // A setting of the current thread. The script optimizer gains less than its warm-up costs.
    JniUtils.setGraphExecutorOptimize(false);
    return IValueUtils.forward(script, list, true).singletonOrThrow();
  }

  private NDArray nameTag(String method) {
    NDArray tag = manager.create(0f);
    tag.setName("module_method:" + method);
    return tag;
  }

  @Override
  public void close() {
    manager.close();
  }
}
