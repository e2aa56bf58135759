package perseus.control.server.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.policy.Schedulers;
import perseus.control.server.KilledServer;
import perseus.control.server.PlanServer;
import perseus.control.server.job.ServerSettings;
import perseus.io.UserError;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DumpDirectoryTest {
  @TempDir Path dumps;

  private PlanServer start(Path directory) {
    return PlanServer.start(
        ServerSettings.local(Schedulers.choose("AllMaxFrequency", Map.of(), null), 0, directory));
  }

  private static Process startServerThatWritesHalfADump(Path dumps) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledServer.class.getName(),
                dumps.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo(KilledServer.READY);
    return process;
  }

  private List<String> files(String job) throws IOException {
    try (Stream<Path> files = Files.list(dumps.resolve(job))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void incompleteFileOfAKilledServerIsDeletedByTheNextServer() throws Exception {
    Process process = startServerThatWritesHalfADump(dumps);
    String incomplete =
        files("job").stream().filter(n -> n.startsWith(".tmp")).findAny().orElseThrow();
    try {
      assertThat(incomplete).startsWith(".tmp" + process.pid() + "-").endsWith("-0.prof.json");
      assertThat(Files.size(dumps.resolve("job").resolve(incomplete))).isPositive();
      // While the server that writes this file runs, another server must not delete the file.
      start(dumps).close();
      assertThat(files("job")).contains(incomplete);
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    assertThat(files("job")).contains(incomplete);
    start(dumps).close();
    assertThat(files("job")).containsExactly("0.sched.json", "perseus.json", "ranks.json");
  }

  @Test
  void incompletePlansOfAKilledServerAreDeletedAndOthersStay() throws Exception {
    Path job = Files.createDirectory(dumps.resolve("job"));
    Path incomplete = job.resolve(".tmp999999999-0123abcd-replanned-3");
    Files.createDirectories(incomplete.resolve("plans"));
    Files.writeString(incomplete.resolve("plans/freqs_pipeline_00000.py"), "[");
    Path complete = Files.createDirectory(job.resolve("replanned-2"));
    start(dumps).close();
    assertThat(incomplete).doesNotExist();
    assertThat(complete).exists();
  }

  @Test
  void nothingIsDeletedWhileAnotherServerRuns() throws Exception {
    // No process of this host has the process ID 999999999, but a server on another host may have
    // this ID.
    Path foreign =
        Files.createDirectory(dumps.resolve("job2")).resolve(".tmp999999999-0.prof.json");
    Process process = startServerThatWritesHalfADump(dumps);
    try {
      Files.writeString(foreign, "[");
      start(dumps).close();
      assertThat(foreign).exists();
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    start(dumps).close();
    assertThat(foreign).doesNotExist();
  }

  @Test
  void serversOfOneProcessShareADirectory() throws Exception {
    Path late = Files.createDirectory(dumps.resolve("job")).resolve(".tmp999999999-1.sched.json");
    try (PlanServer one = start(dumps)) {
      Files.writeString(late, "[");
      try (PlanServer two = start(dumps)) {
        assertThat(two.uri()).isNotEqualTo(one.uri());
      }
      assertThat(late).exists();
    }
    start(dumps).close();
    assertThat(late).doesNotExist();
  }

  @Test
  void leftoverOfAnEarlierProcessWithTheSameNumberIsDeleted() throws Exception {
    // The process ID of the earlier server is equal to the ID of this process. In a container, for
    // example, a server always has the process ID 1.
    Path earlier =
        Files.createDirectory(dumps.resolve("job"))
            .resolve(".tmp" + ProcessHandle.current().pid() + "-ranks.json");
    Files.writeString(earlier, "[");
    start(dumps).close();
    assertThat(earlier).exists();
    Files.setLastModifiedTime(earlier, FileTime.from(Instant.now().minusSeconds(86_400)));
    start(dumps).close();
    assertThat(earlier).doesNotExist();
  }

  @Test
  void filesWithOtherNamesAreKept() throws Exception {
    Path job = Files.createDirectories(dumps.resolve("job").resolve("deeper")).getParent();
    List<Path> others =
        List.of(
            dumps.resolve(".tmp999999999-0.prof.json"),
            job.resolve(".tmp999999999-notes.txt"),
            job.resolve(".tmp-0.prof.json"),
            job.resolve(".tmp99x-0.prof.json"),
            job.resolve("tmp999999999-0.prof.json"),
            job.resolve("0.prof.json"),
            job.resolve("deeper").resolve(".tmp999999999-0.prof.json"));
    for (Path other : others) {
      Files.writeString(other, "[");
    }
    Path directory = Files.createDirectory(job.resolve(".tmp999999999-1.prof.json"));
    Path elsewhere = Files.createDirectory(dumps.resolveSibling(dumps.getFileName() + "-other"));
    Path linked = Files.writeString(elsewhere.resolve(".tmp999999999-0.prof.json"), "[");
    Files.createSymbolicLink(dumps.resolve("link"), elsewhere);
    try {
      start(dumps).close();
      assertThat(others).allMatch(Files::exists);
      assertThat(directory).exists();
      assertThat(linked).exists();
    } finally {
      Files.delete(linked);
      Files.delete(elsewhere);
    }
  }

  @Test
  void directoryThatCannotBeCreatedIsRefused() throws Exception {
    Path file = Files.writeString(dumps.resolve("file"), "x");
    assertThatThrownBy(() -> start(file.resolve("dumps")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("cannot be created");
  }
}
