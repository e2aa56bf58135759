package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.gpu.clock.lease.LeasePlaces;
import perseus.gpu.nvml.StubNvml;

@Tag("slow")
class KilledRunTest extends RunsOnLoggedGpus {
  @Test
  void watcherResetsTwiceIfTheLauncherIsKilled() throws Exception {
    Files.writeString(gpus.resolve("watts-GPU-b"), "450");
    ChildJvm run = locked("nvml", "cat", "300");
    assertThat(Files.readString(gpus.resolve("watts-GPU-b"))).isEqualTo("300.0");
    int before = log().size();
    run.kill();
    ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
    assertThat(logAfter(before))
        .hasSize(8)
        .containsOnly("GPU-a reset", "GPU-b reset", "GPU-a power 700.0", "GPU-b power 450.0")
        .containsSubsequence("GPU-a reset", "GPU-a power 700.0", "GPU-a reset")
        .containsSubsequence("GPU-b reset", "GPU-b power 450.0", "GPU-b reset");
    assertThat(leaseFiles()).isEmpty();
  }

  @Test
  void watcherSurvivesTheSignalsThatEndARun() throws Exception {
    ChildJvm run = locked("nvml", "cat", "0");
    assertThat(session(watcher())).isEqualTo(watcher());
    for (String signal : List.of("INT", "TERM", "HUP")) {
      ChildJvm.signal(signal, watcher());
    }
    int before = log().size();
    run.kill();
    ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
    assertThat(logAfter(before)).containsAll(RESET_BOTH);
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

  private static long session(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
  void launcherResetsIfASignalEndsIt(String signal, int exitCode) throws Exception {
    assumeFalse(isIgnored(exitCode - 128), "the tests run with this signal ignored, as by nohup");
    ChildJvm run = locked("nvml", "cat", "0");
    int before = log().size();
    ChildJvm.signal("KILL", rank());
    ChildJvm.signal(signal, run.process().pid());
    assertThat(run.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(run.process().exitValue()).isEqualTo(exitCode);
    assertThat(logAfter(before)).containsExactlyInAnyOrderElementsOf(RESET_BOTH);
    assertThat(leaseFiles()).isEmpty();
  }

  /** Returns whether this process, and so each process that it starts, ignores a signal. */
  private static boolean isIgnored(int signal) throws IOException {
    String mask =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElseThrow();
    return (Long.parseUnsignedLong(mask, 16) >> (signal - 1) & 1) == 1;
  }

  @Test
  void nextGuardResetsWhatAKilledLauncherAndAKilledWatcherHaveLeft() throws Exception {
    ChildJvm run = locked("nvml", "cat", "0");
    ChildJvm.signal("KILL", watcher());
    run.await("The process that resets the clocks");
    run.kill();
    assertThat(leaseFiles()).hasSize(2);
    int before = log().size();
    ClockGuard guard = open("GPU-b");
    try (guard) {
      assertThat(logAfter(before)).isNotEmpty().containsOnly("GPU-b reset");
      assertThat(reports).singleElement().asString().contains("GPU-b", "GuardedRun");
    }
    assertThat(leaseFiles()).containsExactly(leases.resolve("GPU-a.json"));
  }

  @Test
  void resetAllResetsWhatAKilledLauncherAndAKilledWatcherHaveLeft() throws Exception {
    Files.writeString(gpus.resolve("watts-GPU-a"), "500");
    ChildJvm run = locked("nvml", "cat", "300");
    ChildJvm.signal("KILL", watcher());
    run.await("The process that resets the clocks");
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
          .containsOnly("GPU-a reset")
          .hasSizeGreaterThan(2);
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
  void watcherNeedsNoFilesOfTheProgramAfterItsStart() throws Exception {
    List<String> entries = new ArrayList<>();
    List<Path> copies = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (Files.isDirectory(path)) {
        path = copy(path, home.resolve("classes" + copies.size()));
        copies.add(path);
      }
      entries.add(path.toString());
    }
    classPath = String.join(File.pathSeparator, entries);
    ChildJvm run = locked("nvml", "cat", "0");
    for (Path copy : copies) {
      Files.move(copy, copy.resolveSibling("moved-" + copy.getFileName()));
    }
    int before = log().size();
    run.kill();
    ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
    assertThat(logAfter(before)).hasSize(4);
    assertThat(leaseFiles()).isEmpty();
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
    return to;
  }

  @Test
  void watcherResetsGpusOfNvmlToo() throws Exception {
    StubNvml stub = StubNvml.create(home.resolve("nvml")).set("gpus", 2);
    scheme = "nvml";
    nvml = stub.environment();
    ChildJvm run = locked("nvml", "cat", "300");
    assertThat(stub.lockedClocks()).containsOnlyKeys(0, 1);
    run.kill();
    ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
    assertThat(stub.lockedClocks()).isEmpty();
    assertThat(stub.settings())
        .filteredOn(setting -> setting.function().endsWith("SetPowerManagementLimit"))
        .extracting(setting -> setting.arguments().get(0))
        .startsWith(300_000, 300_000)
        .endsWith(700_000, 700_000);
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
