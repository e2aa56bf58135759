package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.gpu.clock.lease.LeasePlaces;

@Tag("slow")
class KilledRunTest extends RunsOnLoggedGpus {
  @Test
  void watcherResetsTwiceIfTheLauncherIsKilled() throws Exception {
    ChildJvm run = locked("nvml", "cat", "0");
    int before = log().size();
    run.kill();
    ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
    assertThat(logAfter(before))
        .hasSize(4)
        .containsOnly("GPU-a reset", "GPU-b reset")
        .containsSubsequence("GPU-a reset", "GPU-a reset");
    assertThat(leaseFiles()).isEmpty();
  }

  @Test
  void watcherKillsRanksThatOutliveTheLauncherBeforeItResets() throws Exception {
    ChildJvm run = locked("nvml", "sleep 1000", "0");
    int before = log().size();
    run.kill();
    ChildJvm.await("the watcher resets", () -> !logAfter(before).isEmpty());
    assertThat(ChildJvm.isAlive(rank()) && !isZombie(rank())).isFalse();
    ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
    assertThat(leaseFiles()).isEmpty();
  }

  private static boolean isZombie(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
  }

  @Test
  void watcherIgnoresTheSignalsThatEndARun() throws Exception {
    ChildJvm run = locked("nvml", "cat", "0");
    for (String signal : List.of("INT", "TERM", "HUP")) {
      ChildJvm.signal(signal, watcher());
    }
    int before = log().size();
    run.kill();
    ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
    assertThat(logAfter(before)).containsAll(RESET_BOTH);
  }

  @Test
  void watcherIsNotInTheSessionOfItsLauncher() throws Exception {
    locked("nvml", "cat", "0");
    assertThat(session(watcher())).isEqualTo(watcher());
  }

  private static long session(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
  void launcherResetsIfASignalEndsIt(String signal, int exitCode) throws Exception {
    ChildJvm run = locked("nvml", "cat", "0");
    int before = log().size();
    ChildJvm.signal("KILL", rank());
    ChildJvm.signal(signal, run.process().pid());
    assertThat(run.process().waitFor()).isEqualTo(exitCode);
    assertThat(logAfter(before)).containsExactlyInAnyOrderElementsOf(RESET_BOTH);
    assertThat(leaseFiles()).isEmpty();
  }

  @Test
  void nextGuardResetsWhatAKilledLauncherAndAKilledWatcherHaveLeft() throws Exception {
    ChildJvm run = locked("nvml", "cat", "0");
    ChildJvm.signal("KILL", watcher());
    run.await("The process that gives clocks back");
    run.kill();
    assertThat(leaseFiles()).hasSize(2);
    int before = log().size();
    ClockGuard guard = open("GPU-b");
    try (guard) {
      assertThat(logAfter(before)).containsExactly("GPU-b reset");
      assertThat(reports).singleElement().asString().contains("GPU-b", "GuardedRun");
    }
    assertThat(leaseFiles()).containsExactly(leases.resolve("GPU-a.json"));
  }

  @Test
  void resetAllResetsWhatAKilledLauncherAndAKilledWatcherHaveLeft() throws Exception {
    Files.writeString(gpus.resolve("watts-GPU-a"), "500");
    ChildJvm run = locked("nvml", "cat", "300");
    ChildJvm.signal("KILL", watcher());
    run.await("The process that gives clocks back");
    run.kill();
    int before = log().size();
    assertThat(
            HostClocks.resetAll(
                new ClockControl.Driver(), LoggedGpus.SCHEME, false, LeasePlaces.of(environment())))
        .allSatisfy(
            result -> {
              assertThat(result.outcome()).isEqualTo(HostClocks.Outcome.RESET);
              assertThat(result.sentence()).contains("GuardedRun");
            });
    assertThat(logAfter(before))
        .containsExactly("GPU-a reset", "GPU-a power 500.0", "GPU-b reset", "GPU-b power 700.0");
    assertThat(leaseFiles()).isEmpty();
  }

  @Test
  void watcherGivesBackThePowerLimitThatWasThereBefore() throws Exception {
    Files.writeString(gpus.resolve("watts-GPU-b"), "450");
    ChildJvm run = locked("nvml", "cat", "300");
    assertThat(Files.readString(gpus.resolve("watts-GPU-b"))).isEqualTo("300.0");
    run.kill();
    ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
    assertThat(Files.readString(gpus.resolve("watts-GPU-a"))).isEqualTo("700.0");
    assertThat(Files.readString(gpus.resolve("watts-GPU-b"))).isEqualTo("450.0");
  }

  @Test
  void guardWaitsWhileTheWatcherGivesTheGpuBack() throws Exception {
    ChildJvm run = locked("nvml", "sleep 1000", "0");
    int before = log().size();
    run.kill();
    Path lease = leases.resolve("GPU-a.json");
    ChildJvm.await("the watcher takes the lease", () -> holds(lease, "\"givingBack\" : true"));
    ClockGuard guard = open("GPU-a");
    try (guard) {
      assertThat(logAfter(before))
          .filteredOn(line -> line.startsWith("GPU-a"))
          .containsExactly("GPU-a reset", "GPU-a reset", "GPU-a reset");
      assertThat(leaseFiles()).contains(lease);
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void watcherLeavesAGpuAloneThatAnotherRunHasTaken() throws Exception {
    ChildJvm run = locked("nvml", "cat", "0");
    ChildJvm.signal("STOP", watcher());
    run.kill();
    ClockGuard guard = open("GPU-a");
    try (guard) {
      int before = log().size();
      ChildJvm.signal("CONT", watcher());
      ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
      assertThat(logAfter(before)).containsOnly("GPU-b reset");
      assertThat(leaseFiles()).containsExactly(leases.resolve("GPU-a.json"));
    }
    assertThat(leaseFiles()).isEmpty();
  }

  @Test
  void watcherResetsByZeusDaemonToo() throws Exception {
    List<String> calls = Collections.synchronizedList(new ArrayList<>());
    try (UnixHttpServer server =
        new UnixHttpServer(
            home.resolve("zeusd.sock"),
            request -> {
              calls.add(request.line().replaceAll(".*/gpu/(\\w+).*", "$1"));
              return new UnixHttpServer.Answer(200, "{}");
            })) {
      ChildJvm run = locked("zeusd:" + server.socket(), "cat", "0");
      assertThat(calls).contains("set_gpu_locked_clocks");
      calls.clear();
      run.kill();
      ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
      assertThat(calls).hasSize(4).containsOnly("reset_gpu_locked_clocks");
      assertThat(log()).isEmpty();
    }
  }
}
