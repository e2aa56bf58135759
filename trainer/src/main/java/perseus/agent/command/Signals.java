package perseus.agent.command;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Receives the signals with which users and job schedulers end a program. In Java, a program can
 * receive signals only through the class {@code sun.misc.Signal}. The compiler warns of each use of
 * this class, so this code calls it by reflection. In a JVM without the class, signals end the
 * agent.
 */
final class Signals {
  /** Names of the received signals. Slurm can announce the end of a job by SIGUSR1. */
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP", "USR1");

  private Signals() {}

  /**
   * Passes the number of each received signal to a handler, instead of ending this program.
   *
   * @return an action that restores the handlers that the signals had before
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
        // The JVM uses this signal itself, or lacks the class sun.misc.Signal.
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
