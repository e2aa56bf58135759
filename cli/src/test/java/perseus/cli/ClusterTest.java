package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts jobs as a cluster does, with the environment variables of Slurm and torchrun, and ends
 * jobs by SIGTERM.
 */
@Tag("slow")
class ClusterTest {
  private static final int TERMINATED = 143;

  @TempDir Path home;

  private RankJob start(Map<String, String> environment, int steps) throws IOException {
    return RankJob.start(
        home,
        environment,
        "gpt3-nano",
        1,
        2,
        "--pp",
        2,
        "--seq_length",
        16,
        "--max_steps",
        steps,
        "--export_timing_csv",
        true,
        "--gpu",
        "sim:a100-pcie",
        "--output_dir",
        home.resolve("run"));
  }

  private RankJob endless(Map<String, String> environment) throws IOException {
    return start(environment, 100_000);
  }

  /**
   * Returns the environment variables of one task of {@code srun -N2} if both hosts of the job are
   * this host.
   */
  private static Map<String, String> task(int node) {
    Map<String, String> variables = new HashMap<>();
    variables.put("MASTER_PORT", "");
    variables.put("SLURM_JOB_ID", String.valueOf(ProcessHandle.current().pid()));
    variables.put("SLURM_STEP_ID", "0");
    variables.put("SLURM_STEP_NUM_NODES", "2");
    variables.put("SLURM_STEP_NUM_TASKS", "2");
    variables.put("SLURM_STEP_NODELIST", "127.0.0.[1-2]");
    variables.put("SLURM_NODEID", String.valueOf(node));
    variables.put("SLURMD_NODENAME", "127.0.0." + (node + 1));
    return variables;
  }

  private static void terminate(List<ProcessHandle> processes)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-TERM"));
    processes.forEach(process -> command.add(String.valueOf(process.pid())));
    new ProcessBuilder(command).start().waitFor();
  }

  @Test
  void tasksOfAStepFindEachOtherWithoutFurtherSettings() throws Exception {
    try (RankJob first = start(task(0), 2);
        RankJob second = start(task(1), 2)) {
      assertThat(second.end().exitCode()).as(second.err()).isZero();
      assertThat(first.end().exitCode()).as(first.err()).isZero();
      assertThat(first.out()).contains("Trained 2 steps");
      assertThat(home.resolve("run/run.json")).exists();
    }
  }

  @Test
  void onlyTheFirstWorkerOfTorchrunStartsRanks() throws Exception {
    Map<String, String> worker = new HashMap<>();
    worker.put("TORCHELASTIC_RUN_ID", "none");
    worker.put("GROUP_RANK", "0");
    worker.put("GROUP_WORLD_SIZE", "1");
    worker.put("LOCAL_RANK", "1");
    worker.put("LOCAL_WORLD_SIZE", "2");
    worker.put("WORLD_SIZE", "2");
    worker.put("MASTER_ADDR", "127.0.0.1");
    worker.put("MASTER_PORT", "29500");
    try (RankJob job = start(worker, 2)) {
      assertThat(job.end()).isEqualTo(new Outcome(0, "", ""));
    }
    worker.put("LOCAL_RANK", "0");
    try (RankJob job = start(worker, 2)) {
      assertThat(job.end().exitCode()).as(job.err()).isZero();
      assertThat(job.out()).contains("Trained 2 steps");
    }
  }

  @Test
  void terminatedLauncherLeavesNoFilesAndNoRanks() throws Exception {
    try (RankJob job = endless(Map.of())) {
      job.awaitOnError("step 1 of");
      List<ProcessHandle> ranks = job.ranks();
      terminate(List.of(job.process().toHandle()));

      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(TERMINATED);
      assertThat(outcome.err()).contains("SIGTERM", "recording");
      RankJob.awaitGone(ranks);
      assertThat(home.resolve("run")).doesNotExist();
    }
  }

  @Test
  void signalToAllProcessesIsNotReportedAsAFailureOfRanks() throws Exception {
    try (RankJob job = endless(Map.of())) {
      job.awaitOnError("step 1 of");
      List<ProcessHandle> ranks = job.ranks();
      List<ProcessHandle> all = new ArrayList<>(ranks);
      all.add(job.process().toHandle());
      terminate(all);

      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(TERMINATED);
      assertThat(outcome.err()).contains("SIGTERM").doesNotContain("Rank ");
      RankJob.awaitGone(ranks);
      assertThat(home.resolve("run")).doesNotExist();
    }
  }

  @Test
  void otherNodeNamesTheNodeThatWasTerminated() throws Exception {
    try (RankJob first = endless(task(0));
        RankJob second = endless(task(1))) {
      first.awaitOnError("step 1 of");
      List<ProcessHandle> ranks = new ArrayList<>(first.ranks());
      ranks.addAll(second.ranks());
      terminate(List.of(second.process().toHandle()));

      assertThat(second.end().exitCode()).isEqualTo(TERMINATED);
      assertThat(first.end().exitCode()).isEqualTo(1);
      assertThat(first.err()).containsPattern("Node 1 on \\S+ was ended by a signal");
      RankJob.awaitGone(ranks);
      assertThat(home.resolve("run/run.json")).doesNotExist();
    }
  }
}
