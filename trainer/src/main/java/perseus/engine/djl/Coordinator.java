package perseus.engine.djl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.engine.Cluster;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.djl.JobPort.Event;
import perseus.engine.djl.JobPort.Member;
import perseus.recording.InputException;

/**
 * The side of node 0 to which all launchers and ranks of a job connect. It makes all ranks run the
 * same iteration, and notices when one of them is gone.
 *
 * <p>Every call that waits ends with an {@link InputException} when a part of the job has failed;
 * the sentence is that of the cause, not that of the ranks which missed the one that failed first.
 */
final class Coordinator implements Cluster, AutoCloseable {
  /** How long a failure waits for another that explains it. */
  private static final Duration CAUSE_GRACE = Duration.ofSeconds(3);

  private final TrainingConfig config;
  private final NodeSettings node;
  private final JobSettings settings;
  private final TrainingListener listener;
  private final JobPort port;

  private final HostSlowdown hosts;

  private final Member[] launchers;
  private final Report.NodeJoined[] nodes;
  private final Member[] ranks;
  private final Order.Meet.Address[] addresses;

  /**
   * @param port at which launchers and ranks arrive
   */
  Coordinator(
      TrainingConfig config,
      NodeSettings node,
      JobSettings settings,
      TrainingListener listener,
      JobPort port) {
    this.config = config;
    this.node = node;
    this.settings = settings;
    this.listener = listener;
    this.port = port;
    this.launchers = new Member[node.nodes()];
    this.nodes = new Report.NodeJoined[node.nodes()];
    this.ranks = new Member[config.job().degrees().worldSize()];
    this.hosts = new HostSlowdown(config, settings);
    this.addresses = new Order.Meet.Address[ranks.length];
    JobPort.daemon(this::beat, "tells launchers that node 0 is alive");
  }

  private void beat() {
    try {
      while (!port.isClosed()) {
        for (Member launcher : launchers) {
          if (launcher != null) {
            launcher.tell(new Order.Alive());
          }
        }
        TimeUnit.MILLISECONDS.sleep(JobPort.HEARTBEAT.toMillis());
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
                  port.number()));
    }
    while (Arrays.asList(launchers).contains(null)) {
      // This node's own launcher, a thread of this process, may be slow to start, but comes.
      boolean others = Arrays.asList(launchers).subList(1, node.nodes()).contains(null);
      Event event = next(others ? deadline : Long.MAX_VALUE);
      if (event == null) {
        throw new InputException(
            "%s did not come within %d s."
                .formatted(listed("Node", launchers, 1), node.timeout().toSeconds()));
      }
      if (event.report() instanceof Report.NodeJoined joined) {
        join(event.member(), joined);
      }
    }
    requireSameInputs();
    hosts.share(IntStream.range(0, launchers.length).map(this::sharing).max().orElse(1));
    String handedOut = node.secret() == null ? port.rankSecret().text() : null;
    for (Member launcher : launchers) {
      // What the other hosts can reach is where node 0's ranks have to be found as well.
      String master =
          launcher.number() == 0 && node.nodes() > 1
              ? launchers[1].link().localAddress().getHostAddress()
              : null;
      launcher.tell(new Order.Launch(handedOut, master, sharing(launcher.number())));
    }
    while (Arrays.asList(ranks).contains(null)) {
      Event event = next(deadline);
      if (event == null) {
        throw new InputException(
            "%s did not come within %d s."
                .formatted(listed("Rank", ranks, 0), node.timeout().toSeconds()));
      }
      if (event.report() instanceof Report.RankJoined joined) {
        join(event.member(), joined);
      }
    }
    for (Member rank : ranks) {
      rank.tell(new Order.Meet(List.of(addresses)));
    }
    // Building a large stage takes as long as it takes.
    collect(Report.Ready.class, ranks, (member, ready) -> {});
  }

  /** How many nodes are on one host with a node. */
  private int sharing(int number) {
    String host = nodes[number].host();
    return (int) Arrays.stream(nodes).filter(other -> other.host().equals(host)).count();
  }

  private void join(Member launcher, Report.NodeJoined joined) {
    if (joined.nodes() != launchers.length) {
      refuse(
          launcher,
          "Node %d on %s was started with NNODES=%d, node 0 with NNODES=%d; all nodes need the same."
              .formatted(joined.node(), joined.host(), joined.nodes(), launchers.length));
    }
    if (joined.node() < 0 || joined.node() >= launchers.length) {
      throw new InputException(
          "A launcher on %s says that it is node %d of %d."
              .formatted(joined.host(), joined.node(), launchers.length));
    }
    if (launchers[joined.node()] != null) {
      throw new InputException(
          "Launchers on %s and %s both say that they are node %d; NODE_RANK has to differ."
              .formatted(nodes[joined.node()].host(), joined.host(), joined.node()));
    }
    for (Map.Entry<String, String> mine : settings.byFlag().entrySet()) {
      String theirs = joined.settings().get(mine.getKey());
      if (!mine.getValue().equals(theirs)) {
        refuse(
            launcher,
            "Node %d on %s was started with %s=%s, node 0 with %s; all nodes need the same command."
                .formatted(joined.node(), joined.host(), mine.getKey(), theirs, mine.getValue()));
      }
    }
    nodes[joined.node()] = joined;
    launchers[joined.node()] = launcher;
  }

  /** Ends the job, and with it a launcher that is not among those who are told so at the end. */
  private static void refuse(Member launcher, String reason) {
    launcher.tell(new Order.Abort(reason));
    throw new InputException(reason);
  }

  /** The first stage reads a sample's inputs and the last its labels, each from its own node. */
  private void requireSameInputs() {
    for (Report.NodeJoined other : nodes) {
      nodes[0]
          .inputs()
          .forEach(
              (flag, contents) -> {
                if (!contents.equals(other.inputs().get(flag))) {
                  throw new InputException(
                      "All nodes need the same %s: node %d's --%s differs from node 0's."
                          .formatted(flag, other.node(), flag));
                }
              });
    }
  }

  private void join(Member rank, Report.RankJoined joined) {
    if (joined.rank() < 0 || joined.rank() >= ranks.length || ranks[joined.rank()] != null) {
      throw new InputException("A process says that it is rank %d.".formatted(joined.rank()));
    }
    ranks[joined.rank()] = rank;
    addresses[joined.rank()] = joined.address();
  }

  /** Such as: Nodes 1, 3 of 4. */
  private static String listed(String what, Member[] members, int from) {
    List<String> missing =
        IntStream.range(from, members.length)
            .filter(i -> members[i] == null)
            .mapToObj(String::valueOf)
            .toList();
    return "%s%s %s of %d"
        .formatted(
            what, missing.size() == 1 ? "" : "s", String.join(", ", missing), members.length);
  }

  /** Where a rank runs. */
  String host(int rank) {
    return nodes[config.node(rank)].host();
  }

  @Override
  public void beginRound(Round round, int iterations, boolean breakdown) {
    hosts.beginRound(round.warmup()).ifPresent(listener::said);
    for (Member rank : ranks) {
      rank.tell(
          new Order.BeginRound(
              round.warmup(),
              hosts.slowdown(),
              iterations,
              breakdown,
              round.schedules().get(rank.number()).powerStates()));
    }
  }

  @Override
  public Iteration iterate() {
    long start = System.nanoTime();
    for (Member rank : ranks) {
      rank.tell(new Order.Iterate());
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
      rank.tell(new Order.EndRound());
    }
    RankResult[] results = new RankResult[ranks.length];
    collect(
        Report.Measured.class,
        ranks,
        (member, measured) -> {
          results[member.number()] = measured.result();
          hosts.measured(member.number(), measured.neededSlowdown(), measured.lateness());
        });
    hosts.endRound();
    return List.of(results);
  }

  /** Says so where a host was too busy for measurements to be right. */
  void sayWhatWasLate() {
    hosts.warning(this::host).ifPresent(listener::said);
  }

  /** Lets the ranks write their logs and the launchers put them in place. */
  void publish(String manifest) {
    for (Member rank : ranks) {
      rank.tell(new Order.WriteLogs());
    }
    collect(Report.Recorded.class, ranks, (member, recorded) -> {});
    for (Order.Publish.Step step : Order.Publish.Step.values()) {
      for (Member launcher : launchers) {
        launcher.tell(new Order.Publish(step, manifest));
      }
      collect(Report.Published.class, launchers, (member, published) -> {});
    }
  }

  /** Lets everybody go, the launchers when no rank has anything left to do. */
  void end() {
    for (Member rank : ranks) {
      rank.tell(new Order.End());
    }
    // A rank that has ended is no longer one that can be missed.
    collect(Report.Ended.class, ranks, (member, ended) -> ranks[member.number()] = null);
    for (Member launcher : launchers) {
      launcher.tell(new Order.End());
    }
  }

  /** Tells all launchers that the job has failed. */
  void abort(String reason) {
    for (Member launcher : launchers) {
      if (launcher != null) {
        launcher.tell(new Order.Abort(reason));
      }
    }
  }

  /** Something else has failed; news only where the coordinator did not say so. */
  void failed(String sentence) {
    port.add(new Report.Failed(sentence, false));
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
    Event event = port.poll(deadline);
    if (event != null && consequence(event) != null) {
      // Where a rank is gone its neighbours notice it as soon as its launcher does.
      long grace = System.nanoTime() + CAUSE_GRACE.toNanos();
      for (Event later = port.poll(grace); later != null; later = port.poll(grace)) {
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
              .formatted(number, nodes[number].host()));
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

  @Override
  public void close() {
    port.close();
    for (Member[] members : List.of(launchers, ranks)) {
      for (Member member : members) {
        if (member != null) {
          member.link().close();
        }
      }
    }
  }
}
