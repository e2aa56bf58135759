package perseus.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.policy.AllMaxFrequency;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.virtual.Trainings;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.UserError;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.NodeSettings;
import perseus.job.launcher.MultiProcessTraining;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;
import perseus.transport.PeerLostException;
import perseus.transport.TensorGroup;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
@Tag("slow")
class LostPeerTest {
  /**
   * Maximum time from the loss of the connection to the end of the job. Node 0 waits up to 5
   * seconds for reports of the cause. The rest of the time is a reserve for a busy machine.
   */
  private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

  @TempDir Path directory;

  /** Rank 0 loses its connection to rank 1, which keeps running. */
  public static final class LostConnection implements RankTensors.Factory {
    @Override
    public RankTensors create(int rank, JobSpec job, LocalSettings local, TensorGroup group) {
      if (rank == 0) {
        System.out.println("lost");
        throw new PeerLostException("The connection to rank 1 was lost.", null);
      }
      try {
        TimeUnit.DAYS.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("The process has not been killed.");
    }
  }

  @Test
  void lostConnectionBetweenLivingRanksEndsTheJob() {
    TrainingConfig config =
        Trainings.of(
            "gpt3-nano",
            "uniform",
            new Degrees(2, 1, 1),
            1,
            1,
            SimulatedGpus.named("sim:a100-pcie"),
            Schedules.ONE_FORWARD_ONE_BACKWARD,
            1,
            false,
            directory.resolve("run"),
            AllMaxFrequency.factory(1),
            null);
    AtomicLong lost = new AtomicLong();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void rankPrinted(int rank, String line, boolean error) {
            lost.compareAndSet(0, line.equals("lost") ? System.nanoTime() : 0);
          }
        };
    NodeSettings node = new NodeSettings(1, 0, null, 0, Duration.ofSeconds(60), null);
    LocalSettings local = Nano.local(LostConnection.class.getName(), 2);
    assertThatThrownBy(
            () -> MultiProcessTraining.runNode0(config, node, Nano.job(config), local, listener))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Rank 0 on ")
        .hasMessageContaining("The connection to rank 1 was lost");
    assertThat(Duration.ofNanos(System.nanoTime() - lost.get())).isLessThan(TIME_LIMIT);
  }
}
