package perseus.job.node0;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import perseus.engine.TrainingListener;
import perseus.gpu.GpuInfo;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.JobSpec;
import perseus.job.NodeSettings;
import perseus.job.RankAddress;
import perseus.job.node0.JobPort.Arrival;
import perseus.transport.NcclSupport;
import perseus.transport.TransportChoice;
import perseus.wire.Deadline;
import perseus.wire.HostName;
import perseus.wire.JobSecret;

/**
 * Connects all processes at the start of a job. The class waits for the launchers, checks their
 * settings, and tells the launchers to start the ranks. When all ranks are connected, the class
 * tells each rank the addresses of all ranks.
 */
final class Rendezvous {
  private final NodeSettings node;
  private final JobSpec job;
  private final TrainingListener listener;
  private final JobPort port;
  private final EventQueue events;
  private final Peers launchers;
  private final Peers ranks;
  private final Event.NodeJoined[] nodes;
  private final RankAddress[] addresses;
  private final NcclSupport[] nccl;
  private Deadline deadline;

  /**
   * @param launchers the collection to which each launcher is added when it connects
   * @param ranks the collection to which each rank is added when it connects
   * @param nodes array for the event {@code NodeJoined} of each launcher, indexed by the number of
   *     the launcher's node
   */
  Rendezvous(
      NodeSettings node,
      JobSpec job,
      TrainingListener listener,
      JobPort port,
      EventQueue events,
      Peers launchers,
      Peers ranks,
      Event.NodeJoined[] nodes) {
    this.node = node;
    this.job = job;
    this.listener = listener;
    this.port = port;
    this.events = events;
    this.launchers = launchers;
    this.ranks = ranks;
    this.nodes = nodes;
    this.addresses = new RankAddress[ranks.size()];
    this.nccl = new NcclSupport[ranks.size()];
  }

  /**
   * Waits until the launchers of all nodes have connected to node 0.
   *
   * @return the largest number of nodes that run on the same host
   * @throws UserError if a node does not connect within the timeout, or if its settings or input
   *     files differ from those of node 0
   */
  int awaitNodes() {
    deadline = Deadline.after(node.timeout());
    if (node.nodes() > 1) {
      listener.message(
          "Waiting for %d more node%s at %s:%d."
              .formatted(
                  node.nodes() - 1, node.nodes() > 2 ? "s" : "", masterAddress(), port.number()));
      if (node.secret() == null) {
        listener.message(JobSecret.warning(port.number()));
      }
    }
    for (List<Integer> missing = launchers.missing();
        !missing.isEmpty();
        missing = launchers.missing()) {
      // Waiting for the launcher of node 0 needs no deadline. This launcher is a thread of this
      // process, so it connects in any case, possibly late.
      List<Integer> others = missing.stream().filter(number -> number > 0).toList();
      Arrival arrival =
          next(
              others.isEmpty() ? Deadline.NEVER : deadline,
              launchers,
              others,
              "Start every node with the same MASTER_ADDR and MASTER_PORT; node 0 is at %s:%d."
                  .formatted(masterAddress(), port.number()));
      if (arrival.event() instanceof Event.NodeJoined joined) {
        join(arrival.peer(), joined);
      }
    }
    requireSameInputs();
    requireSameGpus();
    return IntStream.range(0, nodes.length).map(this::nodesOnHostOf).max().orElse(1);
  }

  /**
   * Tells the launchers to start their ranks, waits for the ranks, and tells the ranks to connect
   * to each other.
   *
   * @throws UserError if a rank does not connect within the timeout, or cannot use the chosen
   *     transport; the message names the rank
   */
  void launchRanks() {
    String secret = node.secret() == null ? port.rankSecret().keyText() : null;
    for (Peer launcher : launchers) {
      // A rank accepts connections at the IP address from which it has connected to node 0. Ranks
      // on node 0 must not connect over the loopback interface, because ranks on other hosts cannot
      // reach a loopback address.
      String masterHost =
          launcher.number() == 0 && node.nodes() > 1
              ? launchers.get(1).link().localAddress().getHostAddress()
              : null;
      launcher.send(new Command.Launch(secret, masterHost, nodesOnHostOf(launcher.number())));
    }
    for (List<Integer> missing = ranks.missing(); !missing.isEmpty(); missing = ranks.missing()) {
      Arrival arrival =
          next(deadline, ranks, missing, "Check that their hosts can open connections to node 0.");
      if (arrival.event() instanceof Event.RankJoined joined) {
        join(arrival.peer(), joined);
      }
    }
    TransportChoice.Decision transport =
        TransportChoice.named(job.parallelism().transport()).decide(Arrays.asList(nccl));
    if (transport.note() != null) {
      listener.message(transport.note());
    }
    ranks.send(new Command.ConnectPeers(List.of(addresses), transport.nccl()));
  }

  private String masterAddress() {
    return node.masterAddress() == null ? HostName.get() : node.masterAddress();
  }

  private Arrival next(Deadline until, Peers peers, List<Integer> missing, String advice) {
    Arrival arrival = events.next(until);
    if (arrival == null) {
      throw new UserError(
          "%s did not connect within %d s. %s"
              .formatted(peers.describe(missing), node.timeout().toSeconds(), advice));
    }
    return arrival;
  }

  /**
   * Returns the number of nodes that run on the same host as the given node, including the given
   * node.
   */
  private int nodesOnHostOf(int number) {
    String host = nodes[number].host();
    return (int) IntStream.range(0, nodes.length).filter(i -> nodes[i].host().equals(host)).count();
  }

  private void join(Peer launcher, Event.NodeJoined joined) {
    if (joined.nodes() != launchers.size()) {
      refuse(
          launcher,
          "Node %d on %s was started with NNODES=%d, node 0 with NNODES=%d; start all nodes with the same NNODES."
              .formatted(joined.node(), joined.host(), joined.nodes(), launchers.size()));
    }
    if (joined.node() < 0 || joined.node() >= launchers.size()) {
      refuse(
          launcher,
          "A launcher on %s was started with NODE_RANK=%d, but the job has %s; number them from 0."
              .formatted(joined.host(), joined.node(), Named.count(launchers.size(), "node")));
    }
    if (launchers.get(joined.node()) != null) {
      refuse(
          launcher,
          "Launchers on %s and %s were both started with NODE_RANK=%d; give each node its own number."
              .formatted(nodes[joined.node()].host(), joined.host(), joined.node()));
    }
    for (Map.Entry<String, String> mine : job.byFlag().entrySet()) {
      String theirs = joined.settings().get(mine.getKey());
      if (!mine.getValue().equals(theirs)) {
        refuse(
            launcher,
            "Node %d on %s was started with %s=%s, node 0 with %s; start all nodes with the same settings."
                .formatted(joined.node(), joined.host(), mine.getKey(), theirs, mine.getValue()));
      }
    }
    nodes[joined.node()] = joined;
    launchers.add(launcher);
  }

  /**
   * Checks that all nodes have the same GPU model, because the clocks of all ranks of a job come
   * from one list.
   */
  private void requireSameGpus() {
    for (Event.NodeJoined node : nodes) {
      for (GpuInfo gpu : node.gpus()) {
        GpuInfo first = nodes[0].gpus().get(0);
        if (!gpu.name().equals(first.name()) || !gpu.clocksMhz().equals(first.clocksMhz())) {
          throw new UserError(
              "GPU %d of node %d on %s is an %s, and GPU %d of node 0 is an %s%s; use hosts with equal GPUs."
                  .formatted(
                      gpu.index(),
                      node.node(),
                      node.host(),
                      gpu.name(),
                      first.index(),
                      first.name(),
                      gpu.name().equals(first.name()) ? " with other clocks" : ""));
        }
      }
    }
  }

  /**
   * Sends the reason to a launcher, and ends the job with an error. The launcher is not yet in the
   * list of launchers, so {@link Coordinator#abort} would not reach it.
   */
  private static void refuse(Peer launcher, String reason) {
    launcher.send(new Command.Abort(reason));
    throw new UserError(reason);
  }

  /**
   * Checks that all nodes have the same input files. The stages that read the inputs and the labels
   * of one sample may run on different nodes.
   */
  private void requireSameInputs() {
    for (Event.NodeJoined other : nodes) {
      nodes[0]
          .inputs()
          .forEach(
              (flag, contents) -> {
                if (!contents.equals(other.inputs().get(flag))) {
                  throw new UserError(
                      "The %s of node %d on %s differs from node 0's; give all nodes the same %s."
                          .formatted(flag, other.node(), other.host(), flag));
                }
              });
    }
  }

  private void join(Peer rank, Event.RankJoined joined) {
    if (joined.rank() < 0 || joined.rank() >= ranks.size() || ranks.get(joined.rank()) != null) {
      throw new UserError(
          "A process connected as rank %d, which is not a missing rank of this job of %d ranks."
              .formatted(joined.rank(), ranks.size()));
    }
    ranks.add(rank);
    addresses[joined.rank()] = joined.address();
    nccl[joined.rank()] = joined.nccl();
  }
}
