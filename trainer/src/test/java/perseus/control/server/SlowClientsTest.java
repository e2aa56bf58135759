package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import perseus.control.policy.Schedulers;
import perseus.control.server.http.ServerLimits;
import perseus.control.server.job.ServerSettings;

/**
 * Tests that the server disconnects clients that send too slowly or too much, and that other
 * clients are not affected.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@Tag("slow")
class SlowClientsTest {
  private static final Duration TIMEOUT = Duration.ofMillis(700);

  private PlanServer server;
  private Calls calls;
  private String job;

  @BeforeEach
  void start() {
    server = start(new ServerLimits(1 << 20, TIMEOUT, TIMEOUT, 1000));
    calls = new Calls(server);
    job = calls.registerAll(2, 1, 1);
  }

  private static PlanServer start(ServerLimits limits) {
    return PlanServer.start(
        new ServerSettings(
            Schedulers.choose("InstructionProfiler", Map.of(), null),
            "127.0.0.1",
            0,
            null,
            "INFO",
            Duration.ofDays(1),
            null,
            limits));
  }

  @AfterEach
  void close() {
    assertJobContinues();
    server.close();
  }

  private void assertJobContinues() {
    assertThat(calls.fetchAll(job, 2)).allMatch(answer -> answer.status() == 200);
    calls.reportAll(job, 2);
  }

  @Test
  void slowHeadIsDisconnected() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send("GET /info HTTP/1.1\r\nHost: localhost\r\n");
      assertJobContinues();
      assertThat(client.trickle("X-Slow: 1\r\n", 20)).doesNotContain("200 OK");
    }
  }

  @Test
  void slowFirstLineIsDisconnected() throws Exception {
    try (RawClient client = new RawClient(server)) {
      assertThat(client.trickle("G", 20)).doesNotContain("200 OK");
    }
  }

  @Test
  void slowHeadAfterAnotherRequestIsDisconnected() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.first()).contains("200 OK");
      client.send("GET /info HTTP/1.1\r\nHost: localhost\r\n");
      assertJobContinues();
      assertThat(client.trickle("X-Slow: 1\r\n", 20)).doesNotContain("200 OK");
    }
  }

  @Test
  void slowBodyIsDisconnected() throws Exception {
    for (String framing : new String[] {"Content-Length: 100000", "Transfer-Encoding: chunked"}) {
      try (RawClient client = new RawClient(server)) {
        client.send(
            "POST /result/" + job + " HTTP/1.1\r\nHost: localhost\r\n" + framing + "\r\n\r\n");
        assertJobContinues();
        assertThat(client.trickle("1\r\n \r\n", 20)).matches("(?s)(HTTP/1.1 408 .*)?");
      }
    }
  }

  @Test
  void waitingCallIsNotDisconnected() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send("GET /schedule/" + job + "?rank=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      Thread.sleep(TIMEOUT.multipliedBy(3).toMillis());
      assertThat(calls.fetch(job, 1).join().status()).isEqualTo(200);
      assertThat(client.first()).contains("200 OK");
      // After a pause, the client must be able to use the same connection again.
      Thread.sleep(TIMEOUT.multipliedBy(3).toMillis());
      client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.first()).contains("200 OK");
    }
  }

  @Test
  void longBodyIsRefusedWithAndWithoutALength() throws Exception {
    byte[] megabyte = new byte[1 << 20];
    Arrays.fill(megabyte, (byte) ' ');
    try (PlanServer other = start(ServerLimits.DEFAULT)) {
      for (boolean chunked : new boolean[] {false, true}) {
        String answer = sendMegabytes(other, 100, megabyte, chunked);
        // The answer is lost if the server closes the connection while the client still sends.
        assertThat(answer).matches("(?s)(HTTP/1.1 413 .*at most 8388608 bytes.*)?");
      }
      assertThat(new Calls(other).get("/info").join().status()).isEqualTo(200);
    }
  }

  private static String sendMegabytes(PlanServer to, int count, byte[] megabyte, boolean chunked)
      throws IOException {
    try (RawClient client = new RawClient(to)) {
      try {
        client.send(
            "POST /register_job HTTP/1.1\r\nHost: localhost\r\n"
                + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + (count << 20))
                + "\r\n\r\n");
        for (int i = 0; i < count; i++) {
          client.send(chunked ? "100000\r\n" : "");
          client.send(megabyte);
          client.send(chunked ? "\r\n" : "");
        }
      } catch (IOException e) {
        // The server has closed the connection.
      }
      return client.untilClosed();
    }
  }
}
