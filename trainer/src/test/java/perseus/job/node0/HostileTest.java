package perseus.job.node0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perseus.job.Event;
import perseus.job.NodeSettings;
import perseus.job.RankAddress;
import perseus.wire.ControlLink;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;
import perseus.wire.Retry;

/**
 * Tests that strangers (processes without the secret) get no information at the port of node 0.
 * They can neither join the job nor prevent ranks from joining.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int HELLO_BYTES = 25;
  private static final int PROOF_BYTES = 32;

  private final JobSecret secret = JobSecret.random();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<AutoCloseable> open = new ArrayList<>();
  private JobPort port;

  @BeforeEach
  void openPort() {
    port = open(secret);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable connection : open) {
      connection.close();
    }
    threads.shutdownNow();
  }

  private JobPort open(JobSecret secretOrNull) {
    JobPort opened = JobPort.open(new NodeSettings(2, 0, null, 0, PATIENCE, secretOrNull));
    open.add(opened);
    return opened;
  }

  private Socket stranger(InetSocketAddress address) throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    open.add(socket);
    return socket;
  }

  private static byte[] hello(int version, int role) {
    byte[] hello = Arrays.copyOf("PERSEUS".getBytes(StandardCharsets.US_ASCII), HELLO_BYTES);
    hello[7] = (byte) version;
    hello[8] = (byte) role;
    return hello;
  }

  /** Connects a rank that knows the secret, and waits until node 0 has admitted it. */
  private void join(int rank) throws Exception {
    ControlLink link = connect(port.localAddress(), secret);
    link.send(new Event.RankJoined(rank, new RankAddress("127.0.0.1", 1), null));
    awaitOnly(rank);
  }

  private ControlLink connect(InetSocketAddress address, JobSecret key) throws Exception {
    Deadline deadline = Deadline.after(PATIENCE);
    ControlLink link =
        Retry.connect(
            deadline, () -> ControlLink.connect(address, Handshake.Role.RANK, key, deadline));
    synchronized (open) {
      open.add(link);
    }
    return link;
  }

  private void awaitOnly(int rank) {
    assertThat(port.poll(Deadline.after(PATIENCE)).event())
        .isInstanceOfSatisfying(
            Event.RankJoined.class, joined -> assertThat(joined.rank()).isEqualTo(rank));
  }

  private void assertNobodyJoined() {
    assertThat(port.poll(Deadline.after(Duration.ZERO))).isNull();
  }

  @Test
  void strangerReceivesOnlyAFixedTextARandomNonceAndARefusal() throws Exception {
    Set<String> nonces = new HashSet<>();
    List<JobPort> ports = List.of(port, port, open(JobSecret.random()), open(null));
    for (JobPort each : ports) {
      Socket socket = stranger(each.localAddress());
      socket.getOutputStream().write(hello(4, 1));
      byte[] answer = socket.getInputStream().readNBytes(HELLO_BYTES);
      assertThat(answer).startsWith(Arrays.copyOf(hello(4, 1), 9));
      nonces.add(Arrays.toString(Arrays.copyOfRange(answer, 9, HELLO_BYTES)));
      socket.getOutputStream().write(new byte[PROOF_BYTES]);
      assertThat(socket.getInputStream().readAllBytes()).containsExactly(0);
    }
    assertThat(nonces).hasSameSizeAs(ports);
    assertNobodyJoined();
  }

  /** Lists what a stranger does after it has connected. */
  private enum Stranger {
    SILENT {
      @Override
      void act(OutputStream out, Socket socket) {
        // The stranger sends nothing.
      }
    },
    STOPS_WITHIN_THE_HELLO {
      @Override
      void act(OutputStream out, Socket socket) throws IOException {
        out.write(hello(4, 1), 0, 12);
      }
    },
    STOPS_BEFORE_THE_PROOF {
      @Override
      void act(OutputStream out, Socket socket) throws IOException {
        out.write(hello(4, 1));
      }
    },
    CLOSES_ITS_HALF(true) {
      @Override
      void act(OutputStream out, Socket socket) throws IOException {
        out.write(hello(4, 1));
        socket.shutdownOutput();
      }
    },
    SPEAKS_HTTP(true) {
      @Override
      void act(OutputStream out, Socket socket) throws IOException {
        out.write("GET / HTTP/1.1\r\nHost: node0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    },
    NAMES_NO_ROLE(true) {
      @Override
      void act(OutputStream out, Socket socket) throws IOException {
        out.write(hello(4, -1));
      }
    },
    ANNOUNCES_A_HUGE_MESSAGE(true) {
      @Override
      void act(OutputStream out, Socket socket) throws IOException {
        out.write(hello(4, 0));
        byte[] message = new byte[PROOF_BYTES + 4];
        Arrays.fill(message, (byte) 127);
        out.write(message);
      }
    },
    NEVER_STOPS(true) {
      @Override
      void act(OutputStream out, Socket socket) throws IOException {
        out.write(hello(4, 1));
        writeForever(out);
      }
    },
    NEVER_STOPS_IN_ANOTHER_VERSION(true) {
      @Override
      void act(OutputStream out, Socket socket) throws IOException {
        out.write(hello(5, 1));
        writeForever(out);
      }
    };

    private final boolean closed;

    Stranger() {
      this(false);
    }

    Stranger(boolean closed) {
      this.closed = closed;
    }

    abstract void act(OutputStream out, Socket socket) throws IOException;

    private static void writeForever(OutputStream out) throws IOException {
      byte[] block = new byte[1 << 16];
      while (true) {
        out.write(block);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void strangerDoesNotJoinAndKeepsNoRankOut(Stranger stranger) throws Exception {
    List<Future<?>> acts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Socket socket = stranger(port.localAddress());
      acts.add(
          threads.submit(
              () -> {
                try {
                  stranger.act(socket.getOutputStream(), socket);
                  if (stranger.closed) {
                    socket.getInputStream().readAllBytes();
                  }
                } catch (SocketException e) {
                  // Node 0 has closed the connection.
                }
                return null;
              }));
    }
    join(1);
    for (Future<?> act : acts) {
      act.get();
    }
    assertNobodyJoined();
  }

  @Test
  void thousandSilentConnectionsKeepNoRankOut() throws Exception {
    Future<ControlLink> early = null;
    for (int i = 0; i < 1_000; i++) {
      stranger(port.localAddress());
      if (i == 500) {
        early = threads.submit(() -> connect(port.localAddress(), secret));
      }
    }
    early.get().send(new Event.RankJoined(0, new RankAddress("127.0.0.1", 1), null));
    awaitOnly(0);
    join(1);
  }

  @Test
  void replayedHandshakeIsRefusedOnBothSides() throws Exception {
    ByteArrayOutputStream fromRank = new ByteArrayOutputStream();
    ByteArrayOutputStream fromNode0 = new ByteArrayOutputStream();
    try (ServerSocket wiretap = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      InetSocketAddress tapped = (InetSocketAddress) wiretap.getLocalSocketAddress();
      Future<?> tap =
          threads.submit(
              () -> {
                Socket rank = wiretap.accept();
                Socket node0 = new Socket(port.localAddress().getAddress(), port.number());
                copy(rank, node0, HELLO_BYTES, fromRank);
                copy(node0, rank, HELLO_BYTES, fromNode0);
                copy(rank, node0, PROOF_BYTES, fromRank);
                copy(node0, rank, 1 + PROOF_BYTES, fromNode0);
                rank.close();
                node0.close();
                return null;
              });
      connect(tapped, secret);
      tap.get();

      Socket replay = stranger(port.localAddress());
      replay.getOutputStream().write(fromRank.toByteArray());
      byte[] answer = replay.getInputStream().readAllBytes();
      assertThat(answer).hasSize(HELLO_BYTES + 1).endsWith(0);
      assertNobodyJoined();

      threads.submit(
          () -> {
            Socket rank = wiretap.accept();
            rank.getOutputStream().write(fromNode0.toByteArray());
            return null;
          });
      assertThatThrownBy(() -> connect(tapped, secret))
          .isInstanceOf(Handshake.RefusedException.class);
    }
  }

  private static void copy(Socket from, Socket to, int count, OutputStream record)
      throws IOException {
    InputStream in = from.getInputStream();
    byte[] bytes = in.readNBytes(count);
    record.write(bytes);
    to.getOutputStream().write(bytes);
  }

  @Test
  void rankWithAnotherSecretIsToldWhy() {
    assertThatThrownBy(() -> connect(port.localAddress(), JobSecret.random()))
        .isInstanceOf(Handshake.RefusedException.class)
        .hasMessageContaining("PERSEUS_JOB_SECRET");
    assertThatThrownBy(() -> connect(port.localAddress(), JobSecret.NONE))
        .isInstanceOf(Handshake.RefusedException.class);
    assertNobodyJoined();
  }
}
