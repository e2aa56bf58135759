package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.checkpoint.CheckpointDirectory;
import perseus.checkpoint.CheckpointManifest;
import perseus.checkpoint.SavedStep;
import perseus.cli.train.TrainCommand;

/** Tests the flags that save checkpoints and resume from them, with success and with failures. */
@Tag("slow")
class CheckpointJobTest {
  private static final List<Object> JOB = List.of("gpt3-nano", 1, 1, "--seq_length", 16);

  @TempDir Path home;

  private List<Object> arguments(Object... more) {
    List<Object> arguments = new ArrayList<>(JOB);
    arguments.addAll(List.of("--output_dir", home.resolve("run")));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private RankJob start(Map<String, String> environment, Object... more) throws IOException {
    return RankJob.start(home, environment, arguments(more).toArray());
  }

  private Outcome run(Object... more) throws Exception {
    try (RankJob job = start(Map.of(), more)) {
      return job.end();
    }
  }

  private Path save(String name, Object... more) throws Exception {
    Path directory = home.resolve(name);
    List<Object> flags = new ArrayList<>(List.of("--save", directory, "--max_steps", 2));
    flags.addAll(List.of(more));
    Outcome outcome = run(flags.toArray());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return directory;
  }

  private static List<Integer> steps(Path directory) {
    return new CheckpointDirectory(directory).complete().stream().map(SavedStep::step).toList();
  }

  private static void refused(Outcome outcome, String... words) {
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
    assertThat(outcome.err()).contains(words);
  }

  @Test
  void stepsCountOverAllRunsAndOldCheckpointsAreDeleted() throws Exception {
    Path directory = save("saved", "--pp", 2);
    Outcome resumed =
        run(
            "--pp",
            1,
            "--resume",
            directory,
            "--save",
            directory,
            "--max_steps",
            6,
            "--save_every",
            2,
            "--save_keep",
            2);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("step 3 of 6", "step 6 of 6").contains("pp 1 (was 2)");
    assertThat(resumed.out()).contains("4 steps (from 3 to 6)");
    assertThat(steps(directory)).containsExactly(4, 6);
    CheckpointManifest manifest = CheckpointManifest.read(directory.resolve("step-000006"));
    assertThat(manifest.nextMicrobatch()).isEqualTo(6);
    assertThat(manifest.settings()).containsEntry("learning_rate", "3.0E-4");
  }

  @Test
  void checkpointsThatDoNotFitAreRefused() throws Exception {
    Path directory = save("saved", "--pp", 1);
    Object[] next = {"--pp", 1, "--max_steps", 4};
    refused(run(with(next, "--save", directory)), "step-000002", "another directory");
    Path other = Files.createDirectories(home.resolve("other/step-000001")).getParent();
    refused(run(with(next, "--resume", directory, "--save", other)), "step-000001");
    refused(run(with(next, "--resume", home)), home.toString(), "no complete checkpoint");
    refused(run(with(next, "--resume", directory, "--seq_length", 32, "--tp", 2)), "tp 1", "has 2");
    refused(run("--pp", 1, "--max_steps", 2, "--resume", directory), "no step is left");
    try (RankJob job =
        RankJob.start(
            home,
            Map.of(),
            "bert-nano",
            1,
            1,
            "--pp",
            1,
            "--resume",
            directory,
            "--max_steps",
            4)) {
      refused(job.end(), "model gpt3-nano", "bert-nano");
    }
    try (RankJob job =
        RankJob.start(
            home,
            Map.of(),
            "gpt3-nano",
            1,
            1,
            "--pp",
            1,
            "--resume",
            directory,
            "--max_steps",
            4)) {
      refused(job.end(), "seq_length 16", "--seq_length");
    }
    Outcome changed = run(with(next, "--resume", directory, "--learning_rate", "1e-4"));
    assertThat(changed.exitCode()).as(changed.err()).isZero();
    assertThat(changed.err()).contains("learning_rate 1.0E-4 (was 3.0E-4)");

    Path file = directory.resolve("step-000002/parameters-0.safetensors");
    Files.write(file, new byte[] {1, 2, 3});
    refused(run(with(next, "--resume", directory)), file + " is damaged");
  }

  private static Object[] with(Object[] first, Object... more) {
    return Stream.of(first, more).flatMap(Stream::of).toArray();
  }

  @Test
  void jobKilledWhileItSavesLeavesACompleteCheckpoint() throws Exception {
    Path directory = home.resolve("saved");
    try (RankJob job =
        start(
            Map.of(),
            "--pp",
            2,
            "--max_steps",
            100_000,
            "--save",
            directory,
            "--save_every",
            1,
            "--save_keep",
            1)) {
      job.awaitOnError("Saved step 1 ");
      awaitUnfinished(directory, job.process());
      List<ProcessHandle> ranks = job.ranks();
      job.process().destroyForcibly();
      job.end();
      RankJob.awaitGone(ranks);
    }
    List<Integer> left = steps(directory);
    assertThat(left).isNotEmpty();
    int newest = left.get(left.size() - 1);
    Outcome resumed =
        run("--pp", 2, "--resume", directory, "--save", directory, "--max_steps", newest + 1);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(directory.toFile().list()).allMatch(name -> name.startsWith("step-"));
    assertThat(steps(directory)).contains(newest + 1);
  }

  /** Waits until the process has begun to write a checkpoint and has not finished it. */
  private static void awaitUnfinished(Path directory, Process process) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < end && process.isAlive()) {
      for (String name : directory.toFile().list()) {
        if (name.startsWith(".tmp-")) {
          return;
        }
      }
      Thread.sleep(1);
    }
    throw new AssertionError("No checkpoint is being written.");
  }

  @Test
  void fullDiskEndsTheJobAndLeavesNoPartOfACheckpoint() throws Exception {
    Path directory = home.resolve("saved");
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f 4000; exec \"$@\"", "-"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), TrainCommand.class.getName()));
    for (Object argument : arguments("--pp", 2, "--max_steps", 3, "--save", directory)) {
      command.add(String.valueOf(argument));
    }
    try (RankJob job = RankJob.start(home, Map.of(), command)) {
      refused(job.end(), "safetensors cannot be written: File too large");
      assertThat(directory).isEmptyDirectory();
    }
  }

  @Test
  void nodesWithDirectoriesOfTheirOwnResumeAndNameMissingFiles() throws Exception {
    Path first = home.resolve("first");
    Path second = home.resolve("second");
    Object[] saving = {"--pp", 2, "--max_steps", 2};
    Outcome saved = onTwoNodes(with(saving, "--save", first), with(saving, "--save", second));
    assertThat(saved.exitCode()).as(saved.err()).isZero();
    assertThat(second.resolve("step-000002").toFile().list())
        .containsExactlyInAnyOrder(
            "checkpoint.json", "parameters-1.safetensors", "optimizer-1.safetensors");

    Object[] next = {"--pp", 2, "--max_steps", 3};
    Outcome resumed = onTwoNodes(with(next, "--resume", first), with(next, "--resume", second));
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();

    Files.delete(second.resolve("step-000002/optimizer-1.safetensors"));
    refused(
        onTwoNodes(with(next, "--resume", first), with(next, "--resume", second)),
        "node 1",
        "lacks optimizer-1.safetensors");
  }

  /** Runs a job on two nodes, and returns the outcome on node 0. */
  private Outcome onTwoNodes(Object[] first, Object[] second) throws Exception {
    int port = RankFailureTest.freePort();
    try (RankJob node0 = start(RankFailureTest.node(0, port), first);
        RankJob node1 = start(RankFailureTest.node(1, port), second)) {
      Outcome other = node1.end();
      Outcome outcome = node0.end();
      assertThat(other.exitCode()).as(other.err()).isEqualTo(outcome.exitCode());
      return outcome;
    }
  }

  @Test
  void nodesShareADirectory() throws Exception {
    Path shared = home.resolve("shared");
    Object[] saving = {"--dp", 2, "--pp", 1, "--max_steps", 3, "--save_every", 1, "--save_keep", 2};
    Outcome saved = onTwoNodes(with(saving, "--save", shared), with(saving, "--save", shared));
    assertThat(saved.exitCode()).as(saved.err()).isZero();
    assertThat(shared.toFile().list()).containsExactlyInAnyOrder("step-000002", "step-000003");
    assertThat(shared.resolve("step-000003").toFile().list())
        .containsExactlyInAnyOrder(
            "checkpoint.json", "parameters-0.safetensors", "optimizer-0.safetensors");
  }
}
