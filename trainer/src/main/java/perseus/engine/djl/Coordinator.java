package perseus.engine.djl;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.engine.Cluster;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.parallel.ControlLink;
import perseus.parallel.Handshake;
import perseus.parallel.JobSecret;
import perseus.recording.InputException;

/**
 * The side of node 0 to which all launchers and ranks of a job connect. It makes all ranks run the
 * same iteration, and notices when one of them is gone.
 *
 * <p>Every call that waits ends with an {@link InputException} when a part of the job has failed;
 * the sentence is that of the cause, not that of the ranks which missed the one that failed first.
 */
final class Coordinator implements Cluster, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

  static final int DEFAULT_PORT = 29500;
  static final Duration HEARTBEAT = Duration.ofSeconds(2);
  static final Duration SILENCE_LIMIT = Duration.ofSeconds(8);

  /** How long a failure waits for another that explains it. */
  private static final Duration CAUSE_GRACE = Duration.ofSeconds(3);

  /** Strangers that may be in a handshake at the same time. */
  private static final int MOST_STRANGERS = 256;

  private final TrainingConfig config;
  private final NodeSettings node;
  private final JobSettings settings;
  private final TrainingListener listener;
  private final ServerSocket server;
  private final JobSecret launcherSecret;
  private final JobSecret rankSecret;
  private final Semaphore strangers = new Semaphore(MOST_STRANGERS);
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /** A host that is slower than that is no use for measurements. */
  private static final double MOST_SLOWDOWN = 10;

  /** What a rank needs beside its computing thread, as a share of that. */
  private static final double OTHER_THREADS = 0.25;

  /** By how much simulated GPUs are slower than the host, which all have to agree on. */
  private double slowdown;

  private boolean warmup;
  private boolean calibrated;

  private final Member[] launchers;
  private final String[] hosts;
  private final Member[] ranks;
  private final Order.Meet.Address[] addresses;

  /** A launcher or a rank, at the other end of a connection. */
  private record Member(boolean launcher, int number, ControlLink link) {}

  /**
   * Something that happened.
   *
   * @param report null where the connection has ended
   */
  private record Event(Member member, Report report, IOException end) {}

  private Coordinator(
      TrainingConfig config,
      NodeSettings node,
      JobSettings settings,
      TrainingListener listener,
      ServerSocket server) {
    this.config = config;
    this.node = node;
    this.settings = settings;
    this.listener = listener;
    this.server = server;
    // Within one host nobody but this process hands the secret out.
    this.rankSecret = node.secret() == null ? JobSecret.random() : JobSecret.of(node.secret());
    this.launcherSecret =
        node.secret() == null && node.nodes() > 1 ? JobSecret.of("") : this.rankSecret;
    this.launchers = new Member[node.nodes()];
    this.hosts = new String[node.nodes()];
    this.ranks = new Member[config.job().degrees().worldSize()];
    this.slowdown = leastSlowdown();
    this.addresses = new Order.Meet.Address[ranks.length];
    daemon(this::accept, "accepts connections of the job");
    daemon(this::beat, "tells launchers that node 0 is alive");
  }

  /**
   * Opens the port at which the job meets: on this host alone where it is the only one.
   *
   * @throws InputException if the port is in use, or the address is not this host's
   */
  static Coordinator open(
      TrainingConfig config, NodeSettings node, JobSettings settings, TrainingListener listener) {
    try {
      ServerSocket server = new ServerSocket();
      // A port that an earlier job has just let go of is free.
      server.setReuseAddress(true);
      try {
        server.bind(bindAddress(node), 4096);
      } catch (IOException e) {
        server.close();
        throw e;
      }
      return new Coordinator(config, node, settings, listener, server);
    } catch (UnknownHostException e) {
      throw new InputException("MASTER_ADDR=%s names no host.".formatted(node.masterAddress()), e);
    } catch (BindException e) {
      String reason = String.valueOf(e.getMessage());
      if (reason.contains("assign")) {
        throw new InputException(
            "MASTER_ADDR=%s is no address of this host, on which node 0 was started."
                .formatted(node.masterAddress()),
            e);
      }
      throw new InputException(
          "Port %d is in use; set MASTER_PORT to a free one%s."
              .formatted(node.masterPort(), node.nodes() > 1 ? " on all nodes" : ""),
          e);
    } catch (IOException e) {
      throw new InputException(
          "Port %d cannot be opened: %s.".formatted(node.masterPort(), e.getMessage()), e);
    }
  }

  private static InetSocketAddress bindAddress(NodeSettings node) throws UnknownHostException {
    if (node.nodes() > 1) {
      return new InetSocketAddress(node.masterPort());
    }
    return new InetSocketAddress(
        node.masterAddress() == null
            ? InetAddress.getLoopbackAddress()
            : InetAddress.getByName(node.masterAddress()),
        node.masterPort());
  }

  /** Ranks that share cores would disturb each other's times if they were any faster. */
  private double leastSlowdown() {
    double ranksPerCore =
        (double) config.gpusPerNode() / Runtime.getRuntime().availableProcessors();
    return ranksPerCore <= 1 ? 1 : (1 + OTHER_THREADS) * ranksPerCore;
  }

  /** Where this host's own launcher connects to. */
  InetSocketAddress localAddress() {
    InetAddress bound = server.getInetAddress();
    return new InetSocketAddress(
        bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound,
        server.getLocalPort());
  }

  /** What launchers prove themselves with. */
  JobSecret launcherSecret() {
    return launcherSecret;
  }

  private static void daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (strangers.tryAcquire()) {
          daemon(() -> welcome(socket), "reads from " + socket.getRemoteSocketAddress());
        } else {
          socket.close();
        }
      } catch (IOException e) {
        // Closed, or one connection failed: the next may not.
      }
    }
  }

  private void welcome(Socket socket) {
    Member member;
    try {
      Handshake.Role role;
      ControlLink link;
      Report first;
      try {
        role =
            Handshake.answer(
                socket, caller -> caller == Handshake.Role.LAUNCHER ? launcherSecret : rankSecret);
        link = new ControlLink(socket);
        link.setSilenceLimit(SILENCE_LIMIT);
        first = link.read(Report.class);
      } finally {
        strangers.release();
      }
      member = member(role, link, first);
      if (!member.launcher() || member.number() == 0) {
        // The launchers watch over their ranks; this process is node 0's.
        link.setSilenceLimit(Duration.ZERO);
      }
      events.add(new Event(member, first, null));
    } catch (IOException e) {
      LOG.info("Refused {}: {}", socket.getRemoteSocketAddress(), e.toString());
      close(socket);
      return;
    }
    try {
      while (true) {
        Report report = member.link().read(Report.class);
        if (!(report instanceof Report.Alive)) {
          events.add(new Event(member, report, null));
        }
      }
    } catch (IOException e) {
      events.add(new Event(member, null, e));
    }
  }

  private static Member member(Handshake.Role role, ControlLink link, Report first)
      throws IOException {
    if (role == Handshake.Role.LAUNCHER && first instanceof Report.NodeJoined joined) {
      return new Member(true, joined.node(), link);
    }
    if (role == Handshake.Role.RANK && first instanceof Report.RankJoined joined) {
      return new Member(false, joined.rank(), link);
    }
    throw new IOException("it does not begin with who it is");
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }

  private void beat() {
    try {
      while (!server.isClosed()) {
        for (Member launcher : launchers) {
          if (launcher != null) {
            tell(launcher, new Order.Alive());
          }
        }
        TimeUnit.MILLISECONDS.sleep(HEARTBEAT.toMillis());
      }
    } catch (InterruptedException e) {
      // Nobody does that.
    }
  }

  /**
   * Waits for all nodes, lets them launch their ranks, and waits until these hold their stages.
   *
   * @throws InputException if some do not come in time; it says which
   */
  void assemble() {
    long deadline = System.nanoTime() + node.timeout().toNanos();
    if (node.nodes() > 1) {
      listener.said(
          "Waiting for %d more node%s at %s:%d."
              .formatted(
                  node.nodes() - 1,
                  node.nodes() > 2 ? "s" : "",
                  node.masterAddress() == null ? NodeLauncher.hostName() : node.masterAddress(),
                  server.getLocalPort()));
    }
    while (Arrays.asList(launchers).contains(null)) {
      Event event = next(deadline);
      if (event == null) {
        throw new InputException(
            "%s did not come within %d s."
                .formatted(listed("Node", launchers), node.timeout().toSeconds()));
      }
      if (event.report() instanceof Report.NodeJoined joined) {
        join(event.member(), joined);
      }
    }
    String handedOut = node.secret() == null ? rankSecret.text() : null;
    for (Member launcher : launchers) {
      // What the other hosts can reach is where node 0's ranks have to be found as well.
      String master =
          launcher.number() == 0 && node.nodes() > 1
              ? launchers[1].link().localAddress().getHostAddress()
              : null;
      tell(launcher, new Order.Launch(handedOut, master));
    }
    while (Arrays.asList(ranks).contains(null)) {
      Event event = next(deadline);
      if (event == null) {
        throw new InputException(
            "%s did not come within %d s."
                .formatted(listed("Rank", ranks), node.timeout().toSeconds()));
      }
      if (event.report() instanceof Report.RankJoined joined) {
        join(event.member(), joined);
      }
    }
    for (Member rank : ranks) {
      tell(rank, new Order.Meet(List.of(addresses)));
    }
    // Building a large stage takes as long as it takes.
    collect(Report.Ready.class, ranks, (member, ready) -> {});
  }

  private void join(Member launcher, Report.NodeJoined joined) {
    if (joined.node() < 0 || joined.node() >= launchers.length) {
      throw new InputException(
          "A launcher on %s says that it is node %d of %d."
              .formatted(joined.host(), joined.node(), launchers.length));
    }
    if (launchers[joined.node()] != null) {
      throw new InputException(
          "Launchers on %s and %s both say that they are node %d; NODE_RANK has to differ."
              .formatted(hosts[joined.node()], joined.host(), joined.node()));
    }
    for (Map.Entry<String, String> mine : settings.byFlag().entrySet()) {
      String theirs = joined.settings().get(mine.getKey());
      if (!mine.getValue().equals(theirs)) {
        String reason =
            "Node %d on %s was started with %s=%s, node 0 with %s; all nodes need the same command."
                .formatted(joined.node(), joined.host(), mine.getKey(), theirs, mine.getValue());
        tell(launcher, new Order.Abort(reason));
        throw new InputException(reason);
      }
    }
    hosts[joined.node()] = joined.host();
    launchers[joined.node()] = launcher;
  }

  private void join(Member rank, Report.RankJoined joined) {
    if (joined.rank() < 0 || joined.rank() >= ranks.length || ranks[joined.rank()] != null) {
      throw new InputException("A process says that it is rank %d.".formatted(joined.rank()));
    }
    ranks[joined.rank()] = rank;
    addresses[joined.rank()] = joined.address();
  }

  /** Such as: Nodes 1, 3 of 4. */
  private static String listed(String what, Member[] members) {
    List<String> missing =
        IntStream.range(0, members.length)
            .filter(i -> members[i] == null)
            .mapToObj(String::valueOf)
            .toList();
    return "%s%s %s of %d"
        .formatted(
            what, missing.size() == 1 ? "" : "s", String.join(", ", missing), members.length);
  }

  /** Where a rank runs. */
  String host(int rank) {
    return hosts[config.node(rank)];
  }

  @Override
  public void beginRound(Round round, int iterations, boolean breakdown) {
    if (warmup && !round.warmup() && settings.paced()) {
      listener.said(
          String.format(
              Locale.ROOT,
              "A simulated GPU takes %.1f times as long as an idle core would: the %d ranks of a node share %d cores.",
              slowdown,
              config.gpusPerNode(),
              Runtime.getRuntime().availableProcessors()));
    }
    warmup = round.warmup();
    for (Member rank : ranks) {
      tell(
          rank,
          new Order.BeginRound(
              round.warmup(),
              slowdown,
              iterations,
              breakdown,
              round.schedules().get(rank.number()).powerStates()));
    }
  }

  @Override
  public Iteration iterate() {
    long start = System.nanoTime();
    for (Member rank : ranks) {
      tell(rank, new Order.Iterate());
    }
    List<Double> losses = new ArrayList<>();
    collect(
        Report.Iterated.class,
        ranks,
        (member, done) -> {
          if (!Double.isNaN(done.loss())) {
            losses.add(done.loss());
          }
        });
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Iteration(
        seconds, losses.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN));
  }

  @Override
  public List<RankResult> endRound() {
    for (Member rank : ranks) {
      tell(rank, new Order.EndRound());
    }
    RankResult[] results = new RankResult[ranks.length];
    List<Double> needed = new ArrayList<>();
    collect(
        Report.Measured.class,
        ranks,
        (member, measured) -> {
          results[member.number()] = measured.result();
          needed.add(measured.neededSlowdown());
        });
    if (settings.paced() && (warmup || !calibrated)) {
      slowdown = Math.max(leastSlowdown(), Math.min(MOST_SLOWDOWN, Collections.max(needed)));
      calibrated = true;
    }
    return List.of(results);
  }

  /** Lets the ranks write their logs and the launchers put them in place. */
  void publish(String manifest) {
    for (Member rank : ranks) {
      tell(rank, new Order.WriteLogs());
    }
    collect(Report.Recorded.class, ranks, (member, recorded) -> {});
    for (Order.Publish.Step step : Order.Publish.Step.values()) {
      for (Member launcher : launchers) {
        tell(launcher, new Order.Publish(step, manifest));
      }
      collect(Report.Published.class, launchers, (member, published) -> {});
    }
  }

  /** Lets everybody go. */
  void end() {
    for (Member launcher : launchers) {
      tell(launcher, new Order.End());
    }
    for (Member rank : ranks) {
      tell(rank, new Order.End());
    }
  }

  /** Tells all launchers that the job has failed. */
  void abort(String reason) {
    for (Member launcher : launchers) {
      if (launcher != null) {
        tell(launcher, new Order.Abort(reason));
      }
    }
  }

  /** This node's own launcher has failed; news only where the coordinator did not say so. */
  void failed(String sentence) {
    events.add(new Event(null, new Report.Failed(sentence, false), null));
  }

  /** Waits for a report of each member. */
  private <T extends Report> void collect(
      Class<T> type, Member[] members, BiConsumer<Member, T> sink) {
    boolean[] seen = new boolean[members.length];
    for (int missing = members.length; missing > 0; ) {
      Event event = next(Long.MAX_VALUE);
      Member member = event.member();
      if (type.isInstance(event.report()) && members[member.number()] == member) {
        sink.accept(member, type.cast(event.report()));
        missing -= seen[member.number()] ? 0 : 1;
        seen[member.number()] = true;
      }
    }
  }

  /**
   * Waits for the next report.
   *
   * @param deadline in System.nanoTime(), or Long.MAX_VALUE for ever
   * @return null if none came in time
   * @throws InputException if a part of the job has failed
   */
  private Event next(long deadline) {
    Event event = poll(deadline);
    if (event != null && consequence(event) != null) {
      // Where a rank is gone its neighbours notice it as soon as its launcher does.
      long grace = System.nanoTime() + CAUSE_GRACE.toNanos();
      for (Event later = poll(grace); later != null; later = poll(grace)) {
        throwCause(later);
      }
      throw new InputException(consequence(event));
    }
    if (event != null) {
      throwCause(event);
    }
    return event;
  }

  private void throwCause(Event event) {
    if (event.report() instanceof Report.Failed failed && !failed.consequence()) {
      throw new InputException(failed.sentence());
    }
    if (event.report() == null && event.member().launcher() && isMember(event.member())) {
      int number = event.member().number();
      throw new InputException(
          "Node %d on %s is gone: its launcher has ended, or cannot be reached any more."
              .formatted(number, hosts[number]));
    }
  }

  /** What an event says that another failure may explain; null where it says no such thing. */
  private String consequence(Event event) {
    if (event.report() instanceof Report.Failed failed && failed.consequence()) {
      return failed.sentence();
    }
    if (event.report() == null && !event.member().launcher() && isMember(event.member())) {
      int rank = event.member().number();
      return "Rank %d on %s is gone.".formatted(rank, host(rank));
    }
    return null;
  }

  private boolean isMember(Member member) {
    Member[] members = member.launcher() ? launchers : ranks;
    return member.number() >= 0
        && member.number() < members.length
        && members[member.number()] == member;
  }

  private Event poll(long deadline) {
    try {
      return deadline == Long.MAX_VALUE
          ? events.take()
          : events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("The run was interrupted.", e);
    }
  }

  /** A member that cannot be told anything is gone, which its reader notices. */
  private static void tell(Member member, Order order) {
    try {
      member.link().send(order);
    } catch (IOException e) {
      member.link().close();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
    for (Member[] members : List.of(launchers, ranks)) {
      for (Member member : members) {
        if (member != null) {
          member.link().close();
        }
      }
    }
  }
}
