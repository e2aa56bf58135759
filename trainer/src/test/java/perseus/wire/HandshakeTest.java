package perseus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HandshakeTest {
  private static final JobSecret SECRET = JobSecret.random();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final byte[] ZEROS = new byte[JobSecret.PROOF_BYTES];

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final AtomicInteger uses = new AtomicInteger();
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

  private <T> Future<T> accept(Function<Socket, Callable<T>> task) {
    return thread.submit(
        () -> {
          try (Socket socket = server.accept()) {
            return task.apply(socket).call();
          }
        });
  }

  private Future<Handshake.Role> answer(Duration limit) {
    return accept(
        socket ->
            () ->
                Handshake.answer(
                    socket,
                    role -> {
                      uses.incrementAndGet();
                      return SECRET;
                    },
                    limit));
  }

  private Socket caller() throws IOException {
    return new Socket(server.getInetAddress(), server.getLocalPort());
  }

  private static byte[] hello(int version) {
    byte[] hello =
        Arrays.copyOf("PERSEUS".getBytes(StandardCharsets.US_ASCII), Handshake.HELLO_BYTES);
    hello[7] = (byte) version;
    return hello;
  }

  @Test
  void callerWithTheSecretIsAccepted() throws Exception {
    Future<Handshake.Role> answered = answer(LIMIT);
    try (Socket socket = caller()) {
      Handshake.call(socket, Handshake.Role.LAUNCHER, SECRET);
      assertThat(answered.get()).isEqualTo(Handshake.Role.LAUNCHER);
      assertThat(socket.getSoTimeout()).isZero();
    }
  }

  @Test
  void wrongSecretIsRefusedOnBothSides() throws Exception {
    Future<Handshake.Role> answered = answer(LIMIT);
    try (Socket socket = caller()) {
      assertThatThrownBy(() -> Handshake.call(socket, Handshake.Role.RANK, JobSecret.random()))
          .isInstanceOf(Handshake.RefusedException.class)
          .hasMessageContaining("PERSEUS_JOB_SECRET")
          .hasMessageNotContaining("\n");
      assertThatThrownBy(answered::get).hasCauseInstanceOf(Handshake.RefusedException.class);
    }
  }

  @Test
  void secretIsNotUsedBeforeTheCallerHasSentItsProof() throws Exception {
    Future<Handshake.Role> answered = answer(LIMIT);
    try (Socket socket = caller()) {
      socket.getOutputStream().write(hello(Handshake.VERSION));
      assertThat(socket.getInputStream().readNBytes(Handshake.HELLO_BYTES))
          .startsWith(Arrays.copyOf(hello(Handshake.VERSION), 9));
      socket.getOutputStream().write(ZEROS, 0, ZEROS.length - 1);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isNegative();
    }
    assertThatThrownBy(answered::get).hasCauseInstanceOf(IOException.class);
    assertThat(uses).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 200})
  void listenerNamesBothVersionsAndSendsItsOwnToTheCaller(int version) throws Exception {
    Future<Handshake.Role> answered = answer(LIMIT);
    try (Socket socket = caller()) {
      socket.getOutputStream().write(hello(version));
      assertThat(socket.getInputStream().readAllBytes())
          .hasSize(Handshake.HELLO_BYTES)
          .startsWith(Arrays.copyOf(hello(Handshake.VERSION), 8));
    }
    assertThatThrownBy(answered::get)
        .hasCauseInstanceOf(Handshake.RefusedException.class)
        .hasMessageContainingAll("version " + version, "version " + Handshake.VERSION);
  }

  @Test
  void callerNamesBothVersions() throws Exception {
    Future<Void> listener =
        accept(
            socket ->
                () -> {
                  socket.getInputStream().readNBytes(Handshake.HELLO_BYTES);
                  socket.getOutputStream().write(hello(5));
                  return null;
                });
    try (Socket socket = caller()) {
      assertThatThrownBy(() -> Handshake.call(socket, Handshake.Role.RANK, SECRET))
          .isInstanceOf(Handshake.RefusedException.class)
          .hasMessageContainingAll("version 5", "version " + Handshake.VERSION);
    }
    listener.get();
  }

  @Test
  void listenerThatSendsTheCallersOwnBytesBackIsRefused() throws Exception {
    Future<Void> listener =
        accept(
            socket ->
                () -> {
                  OutputStream out = socket.getOutputStream();
                  out.write(socket.getInputStream().readNBytes(Handshake.HELLO_BYTES));
                  byte[] proof = socket.getInputStream().readNBytes(JobSecret.PROOF_BYTES);
                  out.write(1);
                  out.write(proof);
                  return null;
                });
    try (Socket socket = caller()) {
      assertThatThrownBy(() -> Handshake.call(socket, Handshake.Role.RANK, SECRET))
          .isInstanceOf(Handshake.RefusedException.class);
    }
    listener.get();
  }

  @Test
  void slowCallerTimesOutAlthoughBytesKeepArriving() throws Exception {
    Future<Handshake.Role> answered = answer(Duration.ofMillis(100));
    byte[] hello = hello(Handshake.VERSION);
    try (Socket socket = caller()) {
      for (int sent = 0; sent < hello.length - 1 && !answered.isDone(); sent++) {
        socket.getOutputStream().write(hello, sent, 1);
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThatThrownBy(answered::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SocketTimeoutException.class);
    }
  }
}
