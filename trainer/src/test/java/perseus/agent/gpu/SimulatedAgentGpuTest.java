package perseus.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import perseus.agent.gpu.AgentGpu.Interval;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report;
import perseus.agent.wire.Report.Piece;
import perseus.gpu.sim.SimulatedGpus;
import perseus.pipeline.Instruction;

class SimulatedAgentGpuTest {
  private static final double HOST_SECONDS = 0.010;
  private static final int HIGHEST_MHZ = 1410;

  private double now = 10;

  @Test
  void theTimesAtEachClockDoNotDependOnHowBusyTheHostIs() throws IOException {
    assertThat(secondsAt(1200, 1)).isCloseTo(secondsAt(1200, 20), within(1e-6));
    assertThat(secondsAt(HIGHEST_MHZ, 20)).isLessThan(secondsAt(1200, 1));
  }

  /**
   * Returns the mean time of a forward at a clock, on a host that needs {@code delay} times as long
   * as in the warm-up.
   */
  private double secondsAt(int mhz, double delay) throws IOException {
    now = 10;
    SimulatedAgentGpu gpu =
        new SimulatedAgentGpu(
            SimulatedGpus.named("sim:a100-sxm"),
            1,
            1.5,
            new AgentClock(),
            Hello.of(Report.JSON.readTree("{\"v\":1,\"rank\":0,\"world_size\":1,\"pp\":1}")),
            new SimulatedStarts());
    gpu.beginRound(true, HIGHEST_MHZ);
    for (int i = 0; i < 20; i++) {
      run(gpu, HOST_SECONDS);
    }
    gpu.beginRound(false, mhz);
    run(gpu, delay * HOST_SECONDS);
    double seconds = 0;
    for (int i = 0; i < 5; i++) {
      Interval ran = run(gpu, delay * HOST_SECONDS);
      seconds += (ran.end() - ran.start()) / 5;
    }
    return seconds;
  }

  private Interval run(SimulatedAgentGpu gpu, double hostSeconds) {
    Interval ran =
        gpu.stretched(
            new Piece(Instruction.FORWARD, 0, 0), 1, new Interval(now, now + hostSeconds));
    now = Math.max(now + hostSeconds, ran.end());
    return ran;
  }
}
