package perseus.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AgentSocketTest {
  @Test
  void connectionsAreAcceptedUntilTheSocketIsClosed() throws Exception {
    CountDownLatch connected = new CountDownLatch(2);
    try (AgentSocket socket = AgentSocket.open()) {
      socket.accept(link -> connected.countDown(), sentence -> {});
      for (int i = 0; i < 2; i++) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
          channel.connect(UnixDomainSocketAddress.of(socket.path()));
        }
      }
      assertThat(connected.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void afterAConnectionThatCannotBeAcceptedTheNextOnesFollow() {
    IOException full = new IOException("Too many open files");
    Iterator<IOException> attempts =
        new ArrayList<IOException>(List.of(full, full, new ClosedChannelException())).iterator();
    List<String> sentences = new ArrayList<>();
    AgentSocket.acceptAll(
        () -> {
          throw attempts.next();
        },
        channel -> {},
        sentences::add);
    assertThat(attempts).isExhausted();
    assertThat(sentences)
        .containsExactly(
            "A recorder cannot connect at the moment, and perseus-run tries again: Too many open files.");
  }
}
