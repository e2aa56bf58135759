package perseus.gpu.clock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import perseus.gpu.clock.lease.LeasePlaces;

/** Starts runs on {@link LoggedGpus}, in this process or in a child process, and reads the log. */
abstract class RunsOnLoggedGpus {
  static final List<String> RESET_BOTH = List.of("GPU-a reset", "GPU-b reset");

  @TempDir Path gpus;
  @TempDir Path home;
  private List<Long> pids = List.of();
  Map<String, String> nvml = Map.of();
  String scheme = LoggedGpus.SCHEME;
  String classPath = System.getProperty("java.class.path");
  Path leases;
  final List<String> reports = Collections.synchronizedList(new ArrayList<>());
  final List<ChildJvm> children = new ArrayList<>();

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

  Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(nvml);
    all.put(LoggedGpus.VARIABLE, gpus.toString());
    all.put(LeasePlaces.VARIABLE, leases.toString());
    return all;
  }

  ChildJvm run(List<String> before, String... arguments) throws Exception {
    String[] all = Arrays.copyOf(arguments, 4);
    all[3] = scheme;
    ChildJvm child = new ChildJvm(before, classPath, GuardedRun.class, environment(), all);
    children.add(child);
    child.await("started");
    return child;
  }

  /** Starts a run and waits until its clocks are locked. */
  ChildJvm locked(String... arguments) throws Exception {
    ChildJvm child = run(List.of(), arguments);
    child.send("go");
    pids = Stream.of(child.await("locked").split(" ")).skip(1).map(Long::valueOf).toList();
    return child;
  }

  long rank() {
    return pids.get(0);
  }

  long watcher() {
    return pids.get(1);
  }

  ClockGuard open(String... uuids) {
    return ClockGuard.open(
        new ClockControl.Driver(),
        LoggedGpus.SCHEME,
        List.of(uuids),
        false,
        reports::add,
        LeasePlaces.of(environment()),
        environment());
  }

  List<String> log() {
    try {
      return LoggedGpus.log(gpus);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> logAfter(int lines) {
    List<String> log = log();
    return log.subList(lines, log.size());
  }

  List<Path> leaseFiles() throws IOException {
    try (Stream<Path> files = Files.list(leases)) {
      return files.sorted().toList();
    }
  }
}
