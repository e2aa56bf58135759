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
 * Operations of PyTorch that DJL does not offer, such as fused attention, written in TorchScript in
 * {@code kernels.py}: an operation costs some ten microseconds, and takes part in automatic
 * differentiation unless its inputs are detached. For one thread.
 */
public final class Kernels implements AutoCloseable {
  private final NDManager manager;
  private final PtSymbolBlock script;

  /** DJL takes a method's name from the name of an extra input. */
  private final Map<String, NDArray> methods = new HashMap<>();

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

  /** Runs a method; the first input's manager owns the result. */
  public NDArray run(String method, NDArray... inputs) {
    NDList list = new NDList(inputs.length + 1);
    for (NDArray input : inputs) {
      list.add(input);
    }
    list.add(methods.computeIfAbsent(method, this::nameTag));
    // Of this thread: what the optimizer of scripts gains is not worth its warm-up.
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
