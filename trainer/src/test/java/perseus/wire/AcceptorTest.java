package perseus.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AcceptorTest {
  private static final JobSecret SECRET = JobSecret.random();

  private final BlockingQueue<Handshake.Role> admitted = new LinkedBlockingQueue<>();

  private Acceptor acceptor(ServerSocket server) {
    return acceptor(server, Handshake.TIME_LIMIT);
  }

  private Acceptor acceptor(ServerSocket server, Duration handshakeLimit) {
    return new Acceptor(
        server,
        role -> SECRET,
        (socket, role) -> {
          if (role == Handshake.Role.LAUNCHER) {
            throw new IOException("not expected here");
          }
          return () -> admitted.add(role);
        },
        "accepts",
        handshakeLimit);
  }

  private static Socket call(ServerSocket server, Handshake.Role role) throws IOException {
    Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
    Handshake.call(socket, role, SECRET);
    return socket;
  }

  @Test
  void unexpectedCallerIsDisconnectedAndOthersAreAdmitted() throws Exception {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Acceptor acceptor = acceptor(server);
    try (Socket silent = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket launcher = call(server, Handshake.Role.LAUNCHER);
        Socket rank = call(server, Handshake.Role.RANK)) {
      assertThat(launcher.getInputStream().read()).isNegative();
      assertThat(admitted.take()).isEqualTo(Handshake.Role.RANK);
      assertThat(List.of(silent, rank)).noneMatch(Socket::isClosed);
    } finally {
      acceptor.close();
    }
    assertThat(server.isClosed()).isTrue();
  }

  @Test
  void newCallersReplaceTheOldestCallersThatStaySilent() throws Exception {
    ServerSocket server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    Acceptor acceptor = acceptor(server, Duration.ofHours(1));
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < Acceptor.MAX_STRANGERS; i++) {
        silent.add(new Socket(server.getInetAddress(), server.getLocalPort()));
      }
      call(server, Handshake.Role.RANK).close();
      assertThat(admitted.take()).isEqualTo(Handshake.Role.RANK);
      assertThat(silent.get(0).getInputStream().read()).isNegative();
    } finally {
      acceptor.close();
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  /**
   * Simulates a process that has no free file handle during its first attempts to accept a
   * connection.
   */
  @Test
  void failedAcceptIsRetriedAfterAPause() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    int failures = 5;
    ServerSocket server =
        new ServerSocket(0, 10, InetAddress.getLoopbackAddress()) {
          @Override
          public Socket accept() throws IOException {
            if (tries.incrementAndGet() <= failures) {
              throw new IOException("Too many open files");
            }
            return super.accept();
          }
        };
    long start = System.nanoTime();
    Acceptor acceptor = acceptor(server);
    try (Socket rank = call(server, Handshake.Role.RANK)) {
      assertThat(admitted.take()).isEqualTo(Handshake.Role.RANK);
      assertThat(rank.isClosed()).isFalse();
    } finally {
      acceptor.close();
    }
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(500));
  }
}
