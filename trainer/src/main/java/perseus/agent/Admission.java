package perseus.agent;

import java.util.function.Consumer;
import java.util.function.IntFunction;
import perseus.agent.wire.Hello;
import perseus.io.UserError;

/**
 * Decides which ranks the agent records and for which ranks it sets clocks. The class {@code
 * Admission} also notices when a launcher such as torchrun has started the ranks again. Only the
 * thread of {@link SteeringThread} may use an {@code Admission} object.
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

  /**
   * Returns the number of ranks that will connect; {@link Integer#MAX_VALUE} before the first rank
   * has connected.
   */
  int expected() {
    return expected;
  }

  /** Returns the number of times that a launcher such as torchrun has restarted the ranks. */
  int start() {
    return starts;
  }

  /** Returns true if the agent neither records newly connected ranks nor sets their clocks. */
  boolean leavesRanksAlone() {
    return steering.ended() && !steering.resumes();
  }

  /**
   * Admits a rank.
   *
   * @param create function that creates the rank; its argument is the number of times that the
   *     ranks have been restarted
   * @throws UserError if the rank does not belong to the job, or if ranks of the job are on other
   *     hosts without an agent
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
                        ? "No schedule was left, so that perseus-run neither records it nor sets its clocks."
                        : "What was measured before does not count, and the schedules begin anew."));
  }
}
