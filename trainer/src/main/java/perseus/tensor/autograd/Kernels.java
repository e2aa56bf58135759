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
 * Runs PyTorch operations that the Deep Java Library (DJL) does not offer, such as fused attention.
 * Each operation is a TorchScript method in the resource {@code kernels.py}.
 *
 * <p>A call takes about ten microseconds longer than the operation alone. PyTorch's automatic
 * differentiation records each operation, except operations that detach their inputs. The class is
 * not thread-safe.
 */
public final class Kernels implements AutoCloseable {
  private final NDManager manager;
  private final PtSymbolBlock script;

  /**
   * One extra tensor for each TorchScript method, by the name of the method. Each call passes this
   * tensor as its last input, because DJL reads from the name of this tensor which method to run.
   */
  private final Map<String, NDArray> methods = new HashMap<>();

  /** Loads the script. The script is freed when this object or {@code parent} is closed. */
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
   * Runs the operation that a method of the script defines.
   *
   * @return the result, which the manager of the first input owns
   */
  public NDArray run(String method, NDArray... inputs) {
    NDList list = new NDList(inputs.length + 1);
    for (NDArray input : inputs) {
      list.add(input);
    }
    list.add(methods.computeIfAbsent(method, this::nameTag));
    // This call turns the TorchScript optimizer off for the current thread. The warm-up of the
    // optimizer takes more time than the optimizer saves.
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
