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
 * Each operation that this class runs is a TorchScript method in the resource {@code kernels.py}.
 *
 * <p>A call of a TorchScript method takes about ten microseconds longer than the operation alone.
 * PyTorch's automatic differentiation records each operation that this class runs, except
 * operations that detach their inputs. The class {@code Kernels} is not thread-safe.
 */
public final class Kernels implements AutoCloseable {
  private final NDManager manager;
  private final PtSymbolBlock script;

  /**
   * Map from the name of a TorchScript method to a tensor with the same name. DJL reads the name of
   * the method to call from the name of the last input tensor.
   */
  private final Map<String, NDArray> methods = new HashMap<>();

  /**
   * Loads the TorchScript methods, which are freed when this object or {@code parent} is closed.
   */
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
   * Runs the PyTorch operation that a TorchScript method in {@code kernels.py} defines. Each
   * TorchScript method returns one tensor, because DJL cannot reliably read several results.
   *
   * @return result of the operation; its owner is the manager of the first input
   */
  public NDArray run(String method, NDArray... inputs) {
    NDList list = new NDList(inputs.length + 1);
    for (NDArray input : inputs) {
      list.add(input);
    }
    list.add(methods.computeIfAbsent(method, this::nameTag));
    // The TorchScript optimizer is turned off for this thread, because its warm-up takes more time
    // than it saves.
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
