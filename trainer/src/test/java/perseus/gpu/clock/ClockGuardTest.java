package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import perseus.gpu.GpuException;
import perseus.gpu.clock.lease.LeasePlaces;
import perseus.io.UserError;

@Tag("slow")
class ClockGuardTest extends RunsOnLoggedGpus {
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
                    .contains("GPU-a", "user ", "GuardedRun")
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
    // With a file size limit of 0, every write to a file fails, as on a full disk.
    Files.createDirectory(leases);
    Path log = Files.createFile(gpus.resolve("log"));
    ChildJvm run =
        run(List.of("bash", "-c", "ulimit -f 0; exec \"$@\"", "bash"), "nvml", "cat", "0");
    run.send("go");
    assertThat(run.await("")).contains("refused").contains("GPU-a");
    assertThat(leaseFiles()).isEmpty();
    assertThat(log).isEmptyFile();
  }

  @Test
  void processThatMayNotSetClocksGetsNoGuard() throws Exception {
    Files.writeString(gpus.resolve("fail-GPU-a"), "NO_PERMISSION");
    assertThatThrownBy(() -> open("GPU-a"))
        .isInstanceOfSatisfying(
            GpuException.class,
            e -> assertThat(e.reason()).isEqualTo(GpuException.Reason.NO_PERMISSION));
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
    assertThat(logAfter(before)).isNotEmpty().containsOnly("GPU-a reset");
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
