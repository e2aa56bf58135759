package perseus.job.node0;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.JobSpec;
import perseus.job.NodeSettings;
import perseus.job.node0.JobPort.Arrival;

/** How a job's nodes and then its ranks come together. */
final class Rendezvous {
  private final NodeSettings node;
  private final JobSpec settings;
  private final TrainingListener listener;
  private final JobPort port;
  private final EventQueue reports;
  private final Peers launchers;
  private final Peers ranks;
  private final Event.NodeJoined[] nodes;
  private final Command.Meet.Address[] addresses;
  private long deadline;

  /**
   * @param launchers to be filled with those that come
   * @param ranks the same
   * @param nodes to be filled with what the launchers say of their nodes
   */
  Rendezvous(
      NodeSettings node,
      JobSpec settings,
      TrainingListener listener,
      JobPort port,
      EventQueue reports,
      Peers launchers,
      Peers ranks,
      Event.NodeJoined[] nodes) {
    this.node = node;
    this.settings = settings;
    this.listener = listener;
    this.port = port;
    this.reports = reports;
    this.launchers = launchers;
    this.ranks = ranks;
    this.nodes = nodes;
    this.addresses = new Command.Meet.Address[ranks.size()];
  }

  /**
   * Waits for all nodes.
   *
   * @return how many of them are on one host at most
   * @throws UserError if some do not come in time, or were not given the same; it says which
   */
  int awaitNodes() {
    deadline = System.nanoTime() + node.timeout().toNanos();
    if (node.nodes() > 1) {
      listener.said(
          "Waiting for %d more node%s at %s:%d."
              .formatted(
                  node.nodes() - 1,
                  node.nodes() > 2 ? "s" : "",
                  node.masterAddress() == null ? NodeSettings.hostName() : node.masterAddress(),
                  port.number()));
    }
    for (List<Integer> missing = launchers.missing();
        !missing.isEmpty();
        missing = launchers.missing()) {
      // This node's own launcher, a thread of this process, may be slow to start, but comes.
      List<Integer> others = missing.stream().filter(number -> number > 0).toList();
      Arrival event = next(others.isEmpty() ? Long.MAX_VALUE : deadline, launchers, others);
      if (event.report() instanceof Event.NodeJoined joined) {
        join(event.member(), joined);
      }
    }
    requireSameInputs();
    return IntStream.range(0, nodes.length).map(this::sharing).max().orElse(1);
  }

  /** Lets the nodes launch their ranks, waits for these, and introduces them to each other. */
  void launchRanks() {
    String handedOut = node.secret() == null ? port.rankSecret().text() : null;
    for (Peer launcher : launchers) {
      // What the other hosts can reach is where node 0's ranks have to be found as well.
      String master =
          launcher.number() == 0 && node.nodes() > 1
              ? launchers.get(1).link().localAddress().getHostAddress()
              : null;
      launcher.tell(new Command.Launch(handedOut, master, sharing(launcher.number())));
    }
    for (List<Integer> missing = ranks.missing(); !missing.isEmpty(); missing = ranks.missing()) {
      Arrival event = next(deadline, ranks, missing);
      if (event.report() instanceof Event.RankJoined joined) {
        join(event.member(), joined);
      }
    }
    ranks.tell(new Command.Meet(List.of(addresses)));
  }

  private Arrival next(long until, Peers members, List<Integer> missing) {
    Arrival event = reports.next(until);
    if (event == null) {
      throw new UserError(
          "%s did not come within %d s."
              .formatted(members.named(missing), node.timeout().toSeconds()));
    }
    return event;
  }

  /** How many nodes are on one host with a node. */
  private int sharing(int number) {
    String host = nodes[number].host();
    return (int) IntStream.range(0, nodes.length).filter(i -> nodes[i].host().equals(host)).count();
  }

  private void join(Peer launcher, Event.NodeJoined joined) {
    if (joined.nodes() != launchers.size()) {
      refuse(
          launcher,
          "Node %d on %s was started with NNODES=%d, node 0 with NNODES=%d; all nodes need the same."
              .formatted(joined.node(), joined.host(), joined.nodes(), launchers.size()));
    }
    if (joined.node() < 0 || joined.node() >= launchers.size()) {
      throw new UserError(
          "A launcher on %s says that it is node %d of %d."
              .formatted(joined.host(), joined.node(), launchers.size()));
    }
    if (launchers.get(joined.node()) != null) {
      throw new UserError(
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
    launchers.add(launcher);
  }

  /** Ends the job, and with it a launcher that is not among those who are told so at the end. */
  private static void refuse(Peer launcher, String reason) {
    launcher.tell(new Command.Abort(reason));
    throw new UserError(reason);
  }

  /** The first stage reads a sample's inputs and the last its labels, each from its own node. */
  private void requireSameInputs() {
    for (Event.NodeJoined other : nodes) {
      nodes[0]
          .inputs()
          .forEach(
              (flag, contents) -> {
                if (!contents.equals(other.inputs().get(flag))) {
                  throw new UserError(
                      "All nodes need the same %s: node %d's --%s differs from node 0's."
                          .formatted(flag, other.node(), flag));
                }
              });
    }
  }

  private void join(Peer rank, Event.RankJoined joined) {
    if (joined.rank() < 0 || joined.rank() >= ranks.size() || ranks.get(joined.rank()) != null) {
      throw new UserError("A process says that it is rank %d.".formatted(joined.rank()));
    }
    ranks.add(rank);
    addresses[joined.rank()] = joined.address();
  }
}
