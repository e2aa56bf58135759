package perseus.rank;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import perseus.extension.Extensions;
import perseus.io.UserError;
import perseus.io.UserHome;
import perseus.job.RankSettings;
import perseus.transport.PeerLostException;
import perseus.wire.Daemon;

/**
 * Starts one rank in its own process. The rank's process reads the rank's settings from the first
 * line of its standard input. The launcher is the process that has started the rank. When it ends,
 * the rank's standard input is closed, and the rank's process also ends. If the rank fails, the
 * last line of its standard error contains the cause.
 */
public final class RankMain {
  /**
   * Time in seconds that a rank waits before it reports the lost connection to another rank. If
   * another rank has failed, the launcher kills this process within 2 seconds.
   */
  private static final int LAUNCHER_GRACE_SECONDS = 2;

  private RankMain() {}

  public static void main(String[] arguments) throws IOException {
    UserHome.ensureAbsolute();
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = input.readLine();
    if (line == null) {
      System.err.println(
          "This program runs one rank of a job and is started by a launcher, not by hand.");
      System.exit(1);
      return;
    }
    Daemon.start(() -> awaitLauncherEnd(input), "waits for the end of the launcher");
    RankSettings settings = RankSettings.ofLine(line);
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> fail(e, settings));
    try {
      new RankTraining(settings).run();
      System.out.flush();
      Runtime.getRuntime().halt(0);
    } catch (Throwable e) {
      fail(e, settings);
    }
  }

  private static void awaitLauncherEnd(BufferedReader input) {
    try {
      while (input.readLine() != null) {
        // The launcher writes only one line, the settings, to the standard input of a rank.
      }
    } catch (IOException e) {
      // If reading from the standard input fails, the launcher has ended.
    }
    Runtime.getRuntime().halt(1);
  }

  private static void fail(Throwable e, RankSettings settings) {
    if (settings.local().verbose()) {
      e.printStackTrace();
    }
    if (e instanceof PeerLostException) {
      // In most cases, another process has failed, and the launcher is about to kill this process.
      awaitKill();
    }
    System.err.println(sentence(e));
    System.err.flush();
    Runtime.getRuntime().halt(e instanceof PeerLostException ? PeerLostException.EXIT_CODE : 1);
  }

  private static void awaitKill() {
    try {
      TimeUnit.SECONDS.sleep(LAUNCHER_GRACE_SECONDS);
    } catch (InterruptedException e) {
      // If the wait of the rank's process is interrupted, the process ends immediately.
    }
  }

  private static String sentence(Throwable e) {
    if (e instanceof UserError || e instanceof PeerLostException) {
      return e.getMessage();
    }
    if (e instanceof OutOfMemoryError) {
      return "Out of memory: " + e.getMessage() + ".";
    }
    String text = String.valueOf(e);
    int end = text.indexOf('\n');
    return Extensions.blame(e)
        .orElse((end < 0 ? text : text.substring(0, end)) + " (--verbose shows the stack trace).");
  }
}
