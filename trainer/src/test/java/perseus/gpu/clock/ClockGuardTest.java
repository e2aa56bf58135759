package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.gpu.GpuException;
import perseus.gpu.clock.lease.LeasePlaces;
import perseus.io.UserError;

@Tag("slow")
class ClockGuardTest {
  private static final List<String> RESET_BOTH = List.of("GPU-a reset", "GPU-b reset");

  @TempDir Path gpus;
  @TempDir Path home;
  private Path leases;
  private final List<String> reports = Collections.synchronizedList(new ArrayList<>());
  private final List<ChildJvm> children = new ArrayList<>();

  @BeforeEach
  void prepare() {
    leases = home.resolve("leases");
    System.setProperty(LoggedGpus.VARIABLE, gpus.toString());
  }

  @AfterEach
  void killChildren() {
    children.forEach(ChildJvm::close);
    System.clearProperty(LoggedGpus.VARIABLE);
  }

  private Map<String, String> environment() {
    return Map.of(
        LoggedGpus.VARIABLE, gpus.toString(), LeasePlaces.VARIABLE, leases.toString());
  }

  private ChildJvm run(List<String> before, String... arguments) throws Exception {
    ChildJvm child = new ChildJvm(before, GuardedRun.class, environment(), arguments);
    children.add(child);
    child.await("started");
    return child;
  }

  /** Starts a run and waits until its clocks are locked. */
  private ChildJvm locked(String... arguments) throws Exception {
    ChildJvm child = run(List.of(), arguments);
    child.send("go");
    pids = Stream.of(child.await("locked").split(" ")).skip(1).map(Long::valueOf).toList();
    return child;
  }

  private List<Long> pids = List.of();

  private long rank() {
    return pids.get(0);
  }

  private long watcher() {
    return pids.get(1);
  }

  private ClockGuard open(String... uuids) {
    return ClockGuard.open(
        new ClockControl.Driver(),
        LoggedGpus.SCHEME,
        List.of(uuids),
        false,
        reports::add,
        LeasePlaces.of(environment()),
        environment());
  }

  private List<String> log() {
    try {
      return LoggedGpus.log(gpus);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> logAfter(int lines) {
    List<String> log = log();
    return log.subList(lines, log.size());
  }

  private List<Path> leaseFiles() throws IOException {
    try (Stream<Path> files = Files.list(leases)) {
      return files.sorted().toList();
    }
  }

  @Test
  void resetsItsGpusAndRemovesItsLeasesAtTheEnd() throws Exception {
    ChildJvm run = locked("nvml", "cat", "0");
    assertThat(log()).containsSubsequence("GPU-a reset", "GPU-a lock 1500");
    assertThat(leaseFiles()).hasSize(2);
    int before = log().size();
    run.send("end");
    run.await("closed");
    assertThat(logAfter(before)).containsExactlyInAnyOrderElementsOf(RESET_BOTH);
    assertThat(leaseFiles()).isEmpty();
    ChildJvm.await("the watcher ends", () -> !ChildJvm.isAlive(watcher()));
    assertThat(logAfter(before)).hasSize(2);
  }

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
                new ClockControl.Driver(),
                LoggedGpus.SCHEME,
                false,
                LeasePlaces.of(environment())))
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
  void exactlyOneOfFourSimultaneousRunsGetsTheGpus() throws Exception {
    for (int i = 0; i < 4; i++) {
      run(List.of(), "nvml", "cat", "0");
    }
    for (ChildJvm child : children) {
      child.send("go");
    }
    List<String> refusals = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (ChildJvm child : children) {
      String answer = child.await("");
      answers.add(answer);
      if (answer.startsWith("refused")) {
        refusals.add(answer);
      }
    }
    assertThat(refusals)
        .as("%s", answers)
        .hasSize(3)
        .allSatisfy(
            sentence ->
                assertThat(sentence)
                    .contains("GPU-a", "user " + System.getProperty("user.name"), "GuardedRun")
                    .containsPattern("process \\d+ .*started \\d{4}-"));
    assertThat(leaseFiles()).hasSize(2);
  }

  @Test
  void leaseWithTheNumberOfALivingStrangerIsDead() throws Exception {
    Files.createDirectory(leases);
    Files.writeString(
        leases.resolve("GPU-a.json"),
        "{\"gpu\": \"GPU-a\", \"user\": \"eve\", \"pid\": %d, \"started\": \"%s\", \"command\": \"x\", \"host\": \"h\", \"created\": \"2026-01-01T00:00:00Z\", \"givingBack\": false}"
            .formatted(
                ProcessHandle.current().pid(),
                ProcessHandle.current().info().startInstant().orElseThrow()));
    ClockGuard guard = open("GPU-a");
    try (guard) {
      assertThat(reports).singleElement().asString().contains("user eve");
    }
    assertThat(leaseFiles()).isEmpty();
  }

  @Test
  void damagedLeaseIsRefusedAndResetAllRemovesIt() throws Exception {
    Files.createDirectory(leases);
    Path lease = Files.writeString(leases.resolve("GPU-a.json"), "{\"gpu\": \"GPU");
    assertThatThrownBy(() -> open("GPU-a"))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(lease.toString(), "damaged", "--reset-clocks");
    assertThat(lease).hasContent("{\"gpu\": \"GPU");
    assertThat(log()).isEmpty();
    HostClocks.resetAll(
        new ClockControl.Driver(), LoggedGpus.SCHEME, false, LeasePlaces.of(environment()));
    assertThat(log()).containsExactlyElementsOf(RESET_BOTH);
    open("GPU-a").close();
  }

  @Test
  void withoutSpaceForTheLeaseNoClockIsSet() throws Exception {
    // A file size limit of zero lets every write fail, as a full disk does.
    Files.createDirectory(leases);
    Path log = Files.createFile(gpus.resolve("log"));
    ChildJvm run =
        run(
            List.of("bash", "-c", "ulimit -f 0; exec \"$@\"", "bash"), "nvml", "cat", "0");
    run.send("go");
    assertThat(run.await("")).contains("refused").contains("GPU-a");
    assertThat(leaseFiles()).isEmpty();
    assertThat(log).isEmptyFile();
  }

  @Test
  void processThatMayNotSetClocksIsToldTheWaysOut() throws Exception {
    Files.writeString(gpus.resolve("fail-GPU-a"), "NO_PERMISSION");
    assertThatThrownBy(() -> open("GPU-a"))
        .isInstanceOf(GpuException.class)
        .hasMessageContainingAll("sudo", "zeusd:", "none", "srun");
    assertThat(leaseFiles()).isEmpty();
  }

  @Test
  void gpuThatCannotBeResetIsReportedAndItsLeaseStays() throws Exception {
    ClockGuard guard = open("GPU-a", "GPU-b");
    Path fail = Files.writeString(gpus.resolve("fail-GPU-a"), "GPU_LOST");
    guard.close();
    guard.close();
    assertThat(reports)
        .singleElement()
        .asString()
        .contains("GPU-a", "perseus-profile --reset-clocks");
    assertThat(leaseFiles()).containsExactly(leases.resolve("GPU-a.json"));
    Files.delete(fail);
    int before = log().size();
    open("GPU-a").close();
    assertThat(logAfter(before)).containsExactly("GPU-a reset", "GPU-a reset");
    assertThat(leaseFiles()).isEmpty();
  }

  @Test
  void gpuWhoseDriverDoesNotAnswerDoesNotPreventTheResetOfOthers() throws Exception {
    ClockGuard guard = open("GPU-a", "GPU-b");
    int before = log().size();
    Files.createFile(gpus.resolve("hang-GPU-a"));
    guard.close();
    assertThat(logAfter(before)).containsExactly("GPU-b reset");
    assertThat(reports).singleElement().asString().contains("GPU-a", "does not answer");
  }

  @Test
  void secondGuardInTheSameProcessIsRefusedAndTheFirstKeepsItsLease() throws Exception {
    ClockGuard first = open("GPU-a");
    try (first) {
      assertThatThrownBy(() -> open("GPU-a")).isInstanceOf(UserError.class);
      ChildJvm other = run(List.of(), "nvml", "cat", "0");
      other.send("go");
      assertThat(other.await("refused")).contains("GPU-a");
    }
  }

  @Test
  void unknownGpuIsRefused() {
    assertThatThrownBy(() -> open("GPU-a", "GPU-x"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("GPU-x");
    assertThat(leases).doesNotExist();
  }

  @Test
  void underNoneNothingIsSetAndNoLeaseIsTaken() throws Exception {
    ChildJvm run = locked("none", "cat", "0");
    assertThat(watcher()).isZero();
    run.send("end");
    run.await("closed");
    ChildJvm killed = locked("none", "cat", "0");
    killed.kill();
    assertThat(log()).isEmpty();
    assertThat(leases).doesNotExist();
  }
}
