package perseus.control.server;

import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import perseus.control.FrequencySchedule;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.dump.StateDump;
import perseus.control.policy.Schedulers;
import perseus.control.protocol.Protocol;
import perseus.control.server.job.ServerSettings;

/**
 * Starts a plan server in a separate process. The process writes half of a state dump, and waits
 * until the test kills it.
 */
public final class KilledServer {
  /** Line that the process prints when it has written half of the state dump. */
  public static final String READY = "half written";

  private KilledServer() {}

  public static void main(String[] arguments) {
    Path dumps = Path.of(arguments[0]);
    PlanServer.start(
        ServerSettings.local(Schedulers.choose("AllMaxFrequency", Map.of(), null), 0, dumps));
    RankInfo rank = new RankInfo(0, 0, 0, 0, List.of(PipeInstruction.FORWARD), List.of(1410));
    StateDump dump =
        StateDump.create(
            dumps,
            "job",
            StateDump.Settings.ofScheduler("AllMaxFrequency", Map.of(), dumps),
            Protocol.RESEARCH,
            List.of(rank));
    Round round = new Round(0, false, 1410, null, List.of(new FrequencySchedule(0, List.of(1410))));
    dump.schedules(round);
    dump.results(round, new EndlessResults());
  }

  /**
   * List of results that never returns its second element. The method {@code get} waits without end
   * instead.
   */
  private static final class EndlessResults extends AbstractList<RankResult> {
    @Override
    public RankResult get(int index) {
      if (index > 0) {
        System.out.println(READY);
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      // The result is longer than any buffer, so that a part of the result is written to the file.
      return new RankResult(index, new double[10_000], new double[10_000], null, null);
    }

    @Override
    public int size() {
      return 2;
    }
  }
}
