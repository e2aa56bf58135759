package perseus.control.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import perseus.control.RankResult;
import perseus.io.UserError;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PlanClientTest {
  private static final RankResult RESULT =
      new RankResult(0, new double[] {1}, new double[] {100}, Map.of(), Map.of());

  /**
   * Fake plan server, which sends prepared answers in order. Instead of an answer, it can close the
   * connection.
   */
  private static final class ScriptedServer implements AutoCloseable {
    private static final String DISCONNECT = "";

    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Queue<String> answers;

    ScriptedServer(String... answers) throws IOException {
      this.answers = new ArrayDeque<>(Arrays.asList(answers));
      Thread thread = new Thread(this::serve);
      thread.setDaemon(true);
      thread.start();
    }

    String url() {
      return "http://127.0.0.1:" + port.getLocalPort();
    }

    private void serve() {
      while (!port.isClosed()) {
        try (Socket connection = port.accept()) {
          answer(connection);
        } catch (IOException e) {
          // The client has closed the connection, or the test has ended.
        }
      }
    }

    private void answer(Socket connection) throws IOException {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
      for (String call = in.readLine(); call != null; call = in.readLine()) {
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
          if (line.toLowerCase().startsWith("content-length:")) {
            length = Integer.parseInt(line.substring(15).trim());
          }
        }
        in.skip(length);
        calls.add(call);
        String answer = answers.remove();
        if (answer.equals(DISCONNECT)) {
          return;
        }
        connection.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      }
    }

    @Override
    public void close() throws IOException {
      port.close();
    }
  }

  private static String http(int status, String body) {
    return "HTTP/1.1 %d Scripted\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(status, body.length(), body);
  }

  private static void report(ScriptedServer server) {
    PlanClient.join(new PlanClient(server.url(), null).report("job", RESULT));
  }

  @Test
  void reportIsSentAgainAfterADisconnection() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(http(200, "{}"), ScriptedServer.DISCONNECT, http(200, "{}"))) {
      report(server);
      assertThat(server.calls).hasSize(3).last().isEqualTo("POST /result/job HTTP/1.1");
    }
  }

  @Test
  void conflictAfterADisconnectionCountsAsSuccess() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            http(200, "{}"),
            ScriptedServer.DISCONNECT,
            http(409, "{\"detail\": \"reported before\"}"))) {
      report(server);
      assertThat(server.calls).hasSize(3);
    }
  }

  @Test
  void refusedReportIsNotSentAgain() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(http(200, "{}"), http(409, "{\"detail\": \"reported before\"}"))) {
      assertThatThrownBy(() -> report(server))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll("/result/job", "409", "reported before");
      assertThat(server.calls).hasSize(2);
    }
  }

  @Test
  void secondDisconnectionIsAFailure() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(http(200, "{}"), ScriptedServer.DISCONNECT, ScriptedServer.DISCONNECT)) {
      assertThatThrownBy(() -> report(server))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("does not answer");
      assertThat(server.calls).hasSize(3);
    }
  }
}
