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
 * A rank's process. Its settings are the first line of its standard input; the end of that input
 * tells that the launcher is gone. The last line of its standard error says why it failed.
 */
public final class RankMain {
  /**
   * A rank whose peer is gone is mostly ended by its launcher before that. Where only a connection
   * broke, it says so while node 0 still waits for a cause.
   */
  private static final int LAUNCHER_GRACE_SECONDS = 2;

  private RankMain() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = input.readLine();
    if (line == null) {
      System.err.println("A rank is started by a launcher, not by hand.");
      System.exit(1);
      return;
    }
    Daemon.start(() -> awaitEnd(input), "waits for the launcher's end");
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

  /** Nothing that this process could still do is of use without its launcher. */
  private static void awaitEnd(BufferedReader input) {
    try {
      while (input.readLine() != null) {
        // Nothing more is ever said.
      }
    } catch (IOException e) {
      // The end as well.
    }
    Runtime.getRuntime().halt(1);
  }

  private static void fail(Throwable e, RankSettings settings) {
    if (settings.local().verbose()) {
      e.printStackTrace();
    }
    if (e instanceof PeerLostException) {
      // Whatever broke the connection is the cause, and found soon.
      sleepUntilEnded();
    }
    System.err.println(sentence(e));
    System.err.flush();
    Runtime.getRuntime().halt(e instanceof PeerLostException ? PeerLostException.EXIT_CODE : 1);
  }

  private static void sleepUntilEnded() {
    try {
      TimeUnit.SECONDS.sleep(LAUNCHER_GRACE_SECONDS);
    } catch (InterruptedException e) {
      // Then it ends now.
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
