package perseus.agent.wire;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.wire.Daemon;

/**
 * Listens at a Unix socket for the recorders of this host. A recorder is the library that reports
 * the instructions of a rank. Only the user of the agent may enter the directory of the socket. The
 * path of the socket is short, because the operating system allows at most 108 bytes.
 */
public final class AgentSocket implements AutoCloseable {
  private static final int MAX_PATH = 100;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path directory;
  private final Path path;
  private final ServerSocketChannel server;
  private final Set<RankLink> links = ConcurrentHashMap.newKeySet();

  private AgentSocket(Path directory) throws IOException {
    this.directory = directory;
    this.path = directory.resolve("s");
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path), 128);
  }

  /**
   * Opens a socket.
   *
   * @throws UserError if no socket can be created
   */
  public static AgentSocket open() {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    if (parent.toString().length() > MAX_PATH - 30) {
      parent = Path.of("/tmp");
    }
    try {
      return new AgentSocket(
          Files.createTempDirectory(
              parent,
              "perseus-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
    } catch (IOException e) {
      throw new UserError(
          "No socket can be created in %s: %s.".formatted(parent, AtomicFiles.reason(e)), e);
    }
  }

  public Path path() {
    return path;
  }

  /**
   * Accepts connections on a new thread until the socket is closed. If a connection cannot be
   * accepted, for example because too many files are open, the thread tries again.
   *
   * @param connected function that receives each connection; each call runs on its own thread
   * @param report function that receives a sentence for the user when a connection cannot be
   *     accepted for the first time
   */
  public void accept(Consumer<RankLink> connected, Consumer<String> report) {
    Daemon.start(
        () -> acceptAll(server::accept, channel -> serve(channel, connected), report),
        "accepts recorders");
  }

  interface Acceptor {
    SocketChannel accept() throws IOException;
  }

  static void acceptAll(
      Acceptor acceptor, Consumer<SocketChannel> connected, Consumer<String> report) {
    boolean said = false;
    while (true) {
      try {
        connected.accept(acceptor.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        if (!said) {
          said = true;
          report.accept(
              "A recorder cannot connect at the moment, and perseus-run tries again: %s."
                  .formatted(AtomicFiles.reason(e)));
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private void serve(SocketChannel channel, Consumer<RankLink> connected) {
    RankLink link = new RankLink(channel);
    links.add(link);
    Daemon.start(
        () -> {
          try (link) {
            connected.accept(link);
          } finally {
            links.remove(link);
          }
        },
        "reads from a recorder");
  }

  @Override
  public void close() {
    try {
      server.close();
      links.forEach(RankLink::close);
      Files.deleteIfExists(path);
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // If the socket cannot be deleted, it stays in the directory of temporary files and does no
      // harm.
    }
  }
}
