package perseus.notebook;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * Runs snippets in this process, each in a thread that can be interrupted, and stores the value of
 * the last snippet. JShell itself returns values only as text.
 */
final class CellExecution extends DirectExecutionControl implements ExecutionControlProvider {
  private volatile Thread running;
  private volatile Object value;

  /** Returns the value of the last snippet that ran; null if this snippet had no value. */
  Object value() {
    return value;
  }

  @Override
  protected String invoke(Method snippet) throws Exception {
    value = null;
    FutureTask<Object> task = new FutureTask<>(() -> snippet.invoke(null));
    Thread thread = new Thread(task, "cell");
    thread.setDaemon(true);
    running = thread;
    thread.start();
    try {
      value = task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InvocationTargetException thrown) {
        throw thrown;
      }
      throw e;
    } finally {
      running = null;
    }
    return valueString(value);
  }

  /** Interrupts the thread of the running snippet, if a snippet is running. */
  @Override
  public void stop() {
    Thread thread = running;
    if (thread != null) {
      thread.interrupt();
    }
  }

  @Override
  public String name() {
    return "cell";
  }

  @Override
  public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
    return this;
  }
}
