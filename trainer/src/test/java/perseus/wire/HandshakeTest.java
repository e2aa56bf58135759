package perseus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class HandshakeTest {
  private static final JobSecret SECRET = JobSecret.of("one");

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private ServerSocket server;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    thread.shutdownNow();
  }

  private Future<Handshake.Role> answer() {
    return thread.submit(
        () -> {
          try (Socket socket = server.accept()) {
            return Handshake.answer(socket, role -> SECRET);
          }
        });
  }

  private Socket caller() throws IOException {
    return new Socket(server.getInetAddress(), server.getLocalPort());
  }

  @Test
  void bothSidesKnowEachOtherAfterwards() throws Exception {
    Future<Handshake.Role> answered = answer();
    try (Socket socket = caller()) {
      Handshake.call(socket, Handshake.Role.LAUNCHER, SECRET);
      assertThat(answered.get()).isEqualTo(Handshake.Role.LAUNCHER);
      assertThat(socket.getSoTimeout()).isZero();
    }
  }

  @Test
  void anotherSecretIsRefusedOnBothSides() throws Exception {
    Future<Handshake.Role> answered = answer();
    try (Socket socket = caller()) {
      assertThatThrownBy(() -> Handshake.call(socket, Handshake.Role.RANK, JobSecret.of("another")))
          .isInstanceOf(Handshake.RefusedException.class)
          .hasMessageContaining("PERSEUS_JOB_SECRET");
      assertThatThrownBy(answered::get).hasCauseInstanceOf(Handshake.RefusedException.class);
    }
  }

  @Test
  void strangerThatSendsByteAfterByteIsCutOff() throws Exception {
    Future<Handshake.Role> answered = answer();
    byte[] hello = "PERSEUS\u0001\u0000a challenge, long".getBytes(StandardCharsets.US_ASCII);
    int sent = 0;
    try (Socket socket = caller()) {
      while (sent < hello.length && !answered.isDone()) {
        socket.getOutputStream().write(hello, sent, 1);
        sent++;
        Thread.sleep(1_000);
      }
      assertThat(sent).isLessThan(hello.length);
      assertThatThrownBy(answered::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SocketTimeoutException.class);
    }
  }
}
