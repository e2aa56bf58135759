package perseus.rank;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import perseus.io.UserError;
import perseus.job.RankSettings;
import perseus.transport.PeerLostException;
import perseus.wire.Daemon;

/**
 * The main class of a rank's process. The first line of its standard input has the rank's settings.
 * The input ends when the launcher has ended; this process then ends too. If the rank fails, the
 * last line of its standard error says why.
 */
public final class RankMain {
  /**
   * How long a rank that has lost a peer waits for its launcher to end it. If only the connection
   * was lost, no other process fails; the rank then reports the loss while node 0 still waits for a
   * cause.
   */
  private static final int LAUNCHER_GRACE_SECONDS = 2;

  private RankMain() {}

  public static void main(String[] arguments) throws IOException {
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

  /** Ends this process when its launcher ends. */
  private static void awaitLauncherEnd(BufferedReader input) {
    try {
      while (input.readLine() != null) {
        // The launcher sends nothing after the first line.
      }
    } catch (IOException e) {
      // A failed read is also the end of the input.
    }
    Runtime.getRuntime().halt(1);
  }

  private static void fail(Throwable e, RankSettings settings) {
    if (settings.local().verbose()) {
      e.printStackTrace();
    }
    if (e instanceof PeerLostException) {
      // Mostly another process has failed, and the launcher will end this one.
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
      // The process ends now.
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
    return (end < 0 ? text : text.substring(0, end)) + " (--verbose shows the stack trace).";
  }
}
