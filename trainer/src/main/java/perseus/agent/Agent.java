package perseus.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import perseus.agent.gpu.AgentGpus;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.AgentSocket;
import perseus.agent.wire.Hello;
import perseus.agent.wire.RankLink;
import perseus.agent.wire.Report;
import perseus.engine.TrainingListener;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.record.LogFile;
import perseus.record.RankRecorder;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;

/**
 * Runs a training command of any framework, records what its ranks report, and steers their GPUs.
 * Nothing that goes wrong in the agent ends the command.
 */
public final class Agent {
  /** Time that ranks wait for a new schedule at the end of a round. */
  private static final int WAIT_SECONDS = 60;

  /** Time in which the messages of ranks that have ended are still read. */
  private static final int READ_SECONDS = 10;

  private final AgentSettings settings;
  private final AgentGpus gpus;
  private final AgentClock clock;
  private final TrainingListener listener;
  private final RunRecorder recording;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "steers the job"));
  private final AtomicInteger readers = new AtomicInteger();
  private final ConnectedRanks connected = new ConnectedRanks();

  // Only the steering thread uses the next fields.
  private final Steering steering;
  private int expected = Integer.MAX_VALUE;
  private int starts;
  private boolean published;
  private final List<Path> files = new ArrayList<>();
  private CommandProcess command;
  private boolean stopped;

  /**
   * @param gpus the GPUs of this host; the caller closes them
   * @param clock the clock of the GPUs
   * @param recording the recorder of the run directory; the caller closes it
   * @param listener receives the events of the run. The steering thread calls it.
   */
  public Agent(
      AgentSettings settings,
      AgentGpus gpus,
      AgentClock clock,
      RunRecorder recording,
      TrainingListener listener) {
    this.settings = settings;
    this.gpus = gpus;
    this.clock = clock;
    this.recording = recording;
    this.listener = listener;
    this.steering = new Steering(settings, gpus.type(), listener);
  }

  /**
   * Runs the command, and returns when it has ended and everything is written.
   *
   * @throws UserError if the command cannot be started, or if the recording cannot be written
   */
  public AgentResult run() {
    try (AgentSocket socket = AgentSocket.open()) {
      socket.accept(this::serve);
      thread.scheduleAtFixedRate(() -> steering.watch(expected), 1, 1, TimeUnit.SECONDS);
      command = new CommandProcess(settings.command(), socket);
      int exitCode = command.await();
      awaitReaders();
      steer(this::finish);
      if (connected.isEmpty() && settings.recorded()) {
        files.addAll(gpus.writeEnergies(settings.outputDirectory()));
      }
      return new AgentResult(
          stopped && exitCode == CommandProcess.TERMINATED ? 0 : exitCode,
          steering.results(),
          gpus.energies(),
          List.copyOf(files),
          !connected.isEmpty(),
          steering.dumpDirectory());
    } finally {
      thread.shutdownNow();
      gpus.giveBack();
    }
  }

  /** Runs an action on the steering thread, and waits for its result. */
  private <T> T steer(Callable<T> action) {
    try {
      return thread.submit(action).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void awaitReaders() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READ_SECONDS);
    try {
      while (readers.get() > 0 && System.nanoTime() < end) {
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads the messages of one recorder until it is gone. */
  private void serve(RankLink link) {
    readers.incrementAndGet();
    AgentRank rank = null;
    try {
      rank = welcome(link);
      for (String line = link.readLine(); line != null; line = link.readLine()) {
        if (rank.take(Report.of(line, clock))) {
          thread.execute(this::advance);
        }
      }
    } catch (UserError e) {
      listener.message(e.getMessage());
      link.send(
          Report.JSON.createObjectNode().put("ok", false).put("error", e.getMessage()).toString());
    } catch (IOException e) {
      // The recorder is gone.
    } finally {
      if (rank != null) {
        rank.left();
      }
      readers.decrementAndGet();
    }
  }

  private AgentRank welcome(RankLink link) throws IOException {
    Hello hello = link.readHello();
    connected.awaitEarlier(hello.rank());
    AgentRank rank = steer(() -> join(hello, link));
    link.send(
        "{\"ok\":true,\"steer\":%b,\"stretch\":%b,\"await\":1,\"wait_seconds\":%d}"
            .formatted(settings.scheduler() != null, gpus.stretches(), WAIT_SECONDS));
    if (steering.ended() && !steering.resumes()) {
      rank.release();
    }
    return rank;
  }

  private AgentRank join(Hello hello, RankLink link) {
    if (settings.scheduler() != null
        && hello.localWorldSize() > 0
        && hello.localWorldSize() < hello.degrees().worldSize()) {
      throw new UserError(
          "This host runs %d of the job's %d ranks, but perseus-run steers jobs of one host only. Give --no-steer to record without setting clocks."
              .formatted(hello.localWorldSize(), hello.degrees().worldSize()));
    }
    if (connected.isRestart(hello)) {
      restart(hello);
    }
    AgentRank rank =
        new AgentRank(
            hello,
            link,
            gpus.of(hello),
            new RankRecorder(hello.rank(), scratch(), clock.zeroTicks(), hello.stages().size()),
            clock,
            listener::message);
    connected.add(rank);
    int world = hello.degrees().worldSize();
    int local = hello.localWorldSize();
    expected = local == 0 ? world : Math.min(local, world);
    steering.add(rank);
    return rank;
  }

  /** Begins anew after a launcher such as torchrun has started the ranks of the job again. */
  private void restart(Hello hello) {
    connected.clear();
    starts++;
    steering.restart();
    listener.message(
        "Rank %d has started again after an earlier process with this rank. %s"
            .formatted(
                hello.rank(),
                steering.resumes()
                    ? "The last schedule comes into force again after one iteration."
                    : steering.ended()
                        ? "No schedule was left, so that it is neither recorded nor steered."
                        : "What was measured before does not count, and the schedules begin anew."));
  }

  /** Returns the directory for the logs of the ranks since the last start of the job. */
  private Path scratch() {
    try {
      return Files.createDirectories(recording.scratch().resolve("start-" + starts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void advance() {
    try {
      steering.advance(expected);
      if (steering.ended() && !published) {
        publish();
        afterLastRound();
      }
    } catch (RuntimeException e) {
      steering.fail(e);
      steering.ranks().values().forEach(AgentRank::release);
      gpus.giveBack();
    }
  }

  private void afterLastRound() {
    if (settings.kept() && !settings.stops()) {
      steering.keepLastRound();
      return;
    }
    steering.ranks().values().forEach(AgentRank::release);
    gpus.giveBack();
    if (settings.stops()) {
      listener.message("All schedules have run. The command is ended by SIGTERM.");
      stopped = true;
      command.terminate();
    }
  }

  private Void finish() {
    steering.finish();
    if (!published) {
      publish();
    }
    String nothing = steering.nothingMeasured(expected);
    if (nothing != null) {
      listener.message(nothing);
    }
    return null;
  }

  private void publish() {
    published = true;
    RunManifest manifest = steering.manifest();
    if (!settings.recorded() || manifest == null) {
      return;
    }
    steering.ranks().values().stream().findFirst().ifPresent(rank -> rank.gpu().settle());
    steering.ranks().values().forEach(rank -> rank.gpu().settle());
    recording.removeEarlierRecording();
    for (AgentRank rank : steering.ranks().values()) {
      rank.endRecording().publish(recording.scratch());
      recording.moveLogs(rank.hello().rank());
      files.addAll(LogFile.existing(settings.outputDirectory(), rank.hello().rank()));
    }
    Path run = settings.outputDirectory().resolve(RunManifest.FILE_NAME);
    AtomicFiles.write(run, manifest.toJson());
    files.add(run);
  }
}
