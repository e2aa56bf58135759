package perseus.agent.command;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Receives the signals with which users and job schedulers end a program. In Java, a program can
 * receive signals only through the class {@code sun.misc.Signal}. The code calls {@code
 * sun.misc.Signal} by reflection, because the compiler warns of each direct use. In a JVM without
 * {@code sun.misc.Signal}, signals end the agent.
 */
final class Signals {
  /**
   * Names of the signals that the agent receives. Slurm can announce the end of a job by SIGUSR1.
   */
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP", "USR1");

  private Signals() {}

  /**
   * Passes the number of each received signal to {@code handler}, so that the signal does not end
   * the agent.
   *
   * @return an action that restores the earlier signal handlers
   */
  static Runnable handle(IntConsumer handler) {
    List<Runnable> undo = new ArrayList<>();
    for (String name : NAMES) {
      try {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> type = Class.forName("sun.misc.SignalHandler");
        Method number = signal.getMethod("getNumber");
        Object proxy =
            Proxy.newProxyInstance(
                Signals.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> {
                  if (method.getName().equals("handle")) {
                    handler.accept((Integer) number.invoke(arguments[0]));
                    return null;
                  }
                  return switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "passes signals on";
                  };
                });
        Method handle = signal.getMethod("handle", signal, type);
        Object received = signal.getConstructor(String.class).newInstance(name);
        Object before = handle.invoke(null, received, proxy);
        undo.add(() -> restore(handle, received, before));
      } catch (ReflectiveOperationException e) {
        // The JVM uses the signal itself, or lacks the class sun.misc.Signal.
      }
    }
    return () -> undo.forEach(Runnable::run);
  }

  private static void restore(Method handle, Object signal, Object before) {
    try {
      handle.invoke(null, signal, before);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
