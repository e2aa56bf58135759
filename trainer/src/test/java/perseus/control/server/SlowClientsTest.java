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

/** Clients that send for ever are cut off; the others do not notice. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@Tag("slow")
class SlowClientsTest {
  private static final Duration PATIENCE = Duration.ofMillis(700);

  private PlanServer server;
  private Calls calls;
  private String job;

  @BeforeEach
  void start() {
    server = start(new ServerLimits(1 << 20, PATIENCE, PATIENCE, 1000));
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
    jobGoesOn();
    server.close();
  }

  private void jobGoesOn() {
    assertThat(calls.fetchAll(job, 2)).allMatch(answer -> answer.status() == 200);
    calls.reportAll(job, 2);
  }

  @Test
  void headThatTricklesIsCutOff() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send("GET /info HTTP/1.1\r\nHost: localhost\r\n");
      jobGoesOn();
      assertThat(client.trickle("X-Slow: 1\r\n", 20)).doesNotContain("200 OK");
    }
  }

  @Test
  void firstLineThatTricklesIsCutOff() throws Exception {
    try (RawClient client = new RawClient(server)) {
      assertThat(client.trickle("G", 20)).doesNotContain("200 OK");
    }
  }

  @Test
  void laterHeadThatTricklesIsCutOff() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.first()).contains("200 OK");
      client.send("GET /info HTTP/1.1\r\nHost: localhost\r\n");
      jobGoesOn();
      assertThat(client.trickle("X-Slow: 1\r\n", 20)).doesNotContain("200 OK");
    }
  }

  @Test
  void bodyThatTricklesIsCutOff() throws Exception {
    for (String framing : new String[] {"Content-Length: 100000", "Transfer-Encoding: chunked"}) {
      try (RawClient client = new RawClient(server)) {
        client.send(
            "POST /result/" + job + " HTTP/1.1\r\nHost: localhost\r\n" + framing + "\r\n\r\n");
        jobGoesOn();
        assertThat(client.trickle("1\r\n \r\n", 20)).matches("(?s)(HTTP/1.1 408 .*)?");
      }
    }
  }

  @Test
  void callThatWaitsLongerThanAHeadMayTakeIsNot() throws Exception {
    try (RawClient client = new RawClient(server)) {
      client.send("GET /schedule/" + job + "?rank=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      Thread.sleep(PATIENCE.multipliedBy(3).toMillis());
      assertThat(calls.fetch(job, 1).join().status()).isEqualTo(200);
      assertThat(client.first()).contains("200 OK");
      // It is used again after a while, at ease.
      Thread.sleep(PATIENCE.multipliedBy(3).toMillis());
      client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.first()).contains("200 OK");
    }
  }

  @Test
  void hundredMegabytesAreRefusedHoweverTheyCome() throws Exception {
    byte[] megabyte = new byte[1 << 20];
    Arrays.fill(megabyte, (byte) ' ');
    try (PlanServer usual = start(ServerLimits.USUAL)) {
      for (boolean chunked : new boolean[] {false, true}) {
        String answer = sendMegabytes(usual, 100, megabyte, chunked);
        // It may hang up while we are still sending, and its answer is lost then.
        assertThat(answer).matches("(?s)(HTTP/1.1 413 .*at most 8388608 bytes.*)?");
      }
      assertThat(new Calls(usual).get("/info").join().status()).isEqualTo(200);
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
        // It has hung up.
      }
      return client.untilClosed();
    }
  }
}
