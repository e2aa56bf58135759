package perseus.agent;

import java.util.function.Consumer;
import java.util.function.IntFunction;
import perseus.agent.wire.Hello;
import perseus.io.UserError;

/**
 * Decides whether a rank that connects is steered, and notices when a launcher such as torchrun has
 * started the ranks again. Only the steering thread uses an instance.
 */
final class Admission {
  private final AgentSettings settings;
  private final Steering steering;
  private final ConnectedRanks connected;
  private final Consumer<String> report;
  private int expected = Integer.MAX_VALUE;
  private int starts;

  Admission(
      AgentSettings settings,
      Steering steering,
      ConnectedRanks connected,
      Consumer<String> report) {
    this.settings = settings;
    this.steering = steering;
    this.connected = connected;
    this.report = report;
  }

  /** Returns the number of ranks of the job; {@link Integer#MAX_VALUE} before the first rank. */
  int expected() {
    return expected;
  }

  /** Returns the number of the present start of the job, from 0. */
  int start() {
    return starts;
  }

  /** Returns whether further ranks are neither steered nor recorded. */
  boolean leavesRanksAlone() {
    return steering.ended() && !steering.resumes();
  }

  /**
   * Admits a rank.
   *
   * @param create creates it for the start of the job with a number, from 0
   * @throws UserError if the rank does not belong to the job, or to a job that can be steered
   */
  <R extends SteeredRank> R admit(Hello hello, IntFunction<R> create) {
    int world = hello.degrees().worldSize();
    int local = hello.localWorldSize();
    boolean partial = local > 0 && local < world && !settings.nodes().areSeveral();
    if (partial && settings.scheduler() != null) {
      throw new UserError(
          "This host runs %d of the job's %d ranks, but perseus-run was told of one host only. Start it on each host with --nnodes and --node_rank, or give --no-steer to record this host without setting clocks."
              .formatted(local, world));
    }
    if (connected.isRestart(hello)) {
      restart(hello);
    }
    R rank = create.apply(starts);
    connected.add(rank);
    expected = partial ? local : world;
    steering.add(rank);
    return rank;
  }

  /** Begins anew after a launcher such as torchrun has started the ranks of the job again. */
  private void restart(Hello hello) {
    connected.clear();
    starts++;
    steering.restart();
    report.accept(
        "Rank %d has started again after an earlier process with this rank. %s"
            .formatted(
                hello.rank(),
                steering.resumes()
                    ? "The last schedule comes into force again after one iteration."
                    : steering.ended()
                        ? "No schedule was left, so that it is neither recorded nor steered."
                        : "What was measured before does not count, and the schedules begin anew."));
  }
}
