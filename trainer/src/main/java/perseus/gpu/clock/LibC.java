package perseus.gpu.clock;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.List;

/** Calls functions of the C library for which Java has no equivalent. */
final class LibC {
  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  /** Address that tells the C function {@code signal} to ignore a signal. */
  private static final Pointer SIG_IGN = new Pointer(1);

  private LibC() {}

  /** Makes this process the leader of a new session, so that it gets no signals from a terminal. */
  static void startSession() {
    function("setsid").invokeInt(new Object[0]);
  }

  static void ignoreEndingSignals() {
    for (int signal : List.of(SIGHUP, SIGINT, SIGTERM)) {
      function("signal").invokePointer(new Object[] {signal, SIG_IGN});
    }
  }

  private static Function function(String name) {
    return NativeLibrary.getProcess().getFunction(name);
  }
}
