package perseus.agent;

import java.nio.file.Path;
import java.util.List;
import perseus.agent.command.CommandProcess;
import perseus.agent.gpu.AgentGpus;
import perseus.agent.hosts.FromNode0;
import perseus.agent.hosts.NodeAgent;
import perseus.agent.hosts.OtherNodes;
import perseus.agent.hosts.ToNode0;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.AgentSocket;
import perseus.agent.wire.Hello;
import perseus.agent.wire.RankLink;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;
import perseus.wire.Daemon;

/**
 * Runs a training command of any framework, records what its ranks report, and sets the clocks of
 * their GPUs. In a job on several hosts, the class {@code Agent} runs on node 0 and chooses the
 * clocks of all ranks. The {@link FollowingAgent} of each other node sets the clocks that node 0
 * has chosen. If the agent fails, the training command goes on.
 */
public final class Agent {
  /**
   * After the training command of one node has ended, the agent waits up to 5 seconds until the
   * commands of the other nodes have also ended. The last iteration does not end at the same time
   * on all ranks.
   */
  private static final int OTHERS_SECONDS = 5;

  private final AgentSettings settings;
  private final AgentGpus gpus;
  private final TrainingListener listener;
  private final LocalRecording recording;
  private final LocalRecorders recorders;
  private final SteeringThread thread = new SteeringThread();
  private final ConnectedRanks connected = new ConnectedRanks();
  private OtherNodes others;

  // While the training command runs, only the thread of SteeringThread uses the fields from
  // "steering" to "command".
  private final Steering steering;
  private final Admission admission;
  private boolean published;
  private boolean finished;
  private List<String> parts = List.of();
  private RuntimeException failure;
  private boolean unwritten;
  private CommandProcess command;

  /**
   * @param gpus GPUs of this host; the caller closes them
   * @param clock clock for the times in the logs
   * @param recording object that writes the files of the run directory; the caller closes it
   * @param listener object that receives the events of the run and the messages for the user
   */
  public Agent(
      AgentSettings settings,
      AgentGpus gpus,
      AgentClock clock,
      RunRecorder recording,
      TrainingListener listener) {
    this.settings = settings;
    this.gpus = gpus;
    this.recording = new LocalRecording(recording, settings, clock);
    this.listener = listener;
    this.steering = new Steering(settings, gpus.type(), listener);
    this.admission = new Admission(settings, steering, connected, listener::message);
    this.recorders = new LocalRecorders(settings, gpus, clock, listener::message, new LocalRanks());
  }

  /**
   * Runs the command. Returns when the training command has ended and all files are written.
   *
   * @throws UserError if the training command cannot be started, or if the agents of the other
   *     nodes do not connect
   */
  public AgentResult run() {
    try (AgentSocket socket = AgentSocket.open();
        OtherNodes joined = OtherNodes.join(settings.nodes(), listener::message)) {
      others = joined;
      others.start(new RanksOfOthers());
      socket.accept(recorders::serve, listener::message);
      thread.everySecond(() -> steering.watch(admission.expected()));
      command = new CommandProcess(settings.command(), socket, listener::message);
      int exitCode = command.await();
      recorders.awaitReaders();
      others.awaitEnded(OTHERS_SECONDS);
      thread.call(this::finish);
      List<Path> files = List.of();
      try {
        if (failure != null) {
          throw failure;
        }
        files = recording.finish(gpus, !connected.isEmpty());
      } catch (UserError e) {
        unwritten = true;
        listener.message(e.getMessage());
      }
      return new AgentResult(
          AgentResult.exitCode(exitCode, unwritten),
          steering.results(),
          gpus.energies(),
          files,
          !connected.isEmpty(),
          steering.dumpDirectory(),
          parts);
    } finally {
      thread.close();
      gpus.giveBack();
    }
  }

  private final class LocalRanks implements LocalRecorders.Lead {
    @Override
    public LocalRecorders.Joined join(Hello hello, RankLink link) {
      connected.awaitEarlier(hello.rank());
      return thread.call(
          () ->
              new LocalRecorders.Joined(
                  admission.admit(
                      hello,
                      start ->
                          new AgentRank(
                              hello,
                              link,
                              gpus.of(hello),
                              recording.start(hello, start),
                              recorders.clock(),
                              listener::message)),
                  admission.leavesRanksAlone()));
    }

    @Override
    public void changed(AgentRank rank) {
      if (!rank.gone()) {
        thread.later(0, Agent.this::advance);
      }
    }
  }

  private final class RanksOfOthers implements NodeAgent.Handler {
    @Override
    public void rankJoined(NodeAgent agent, Hello hello, String gpu) {
      Daemon.start(() -> agent.send(answer(agent, hello, gpu)), "admits a rank");
    }

    private FromNode0.Answer answer(NodeAgent agent, Hello hello, String gpu) {
      try {
        connected.awaitEarlier(hello.rank());
        return thread.call(
            () -> {
              admission.admit(hello, start -> new DistantRank(hello, gpu, start, agent));
              return new FromNode0.Answer(
                  hello.rank(), admission.start(), null, admission.leavesRanksAlone());
            });
      } catch (UserError e) {
        listener.message(e.getMessage());
        return new FromNode0.Answer(hello.rank(), 0, e.getMessage(), false);
      }
    }

    @Override
    public void state(ToNode0.State state) {
      if (connected.take(state) && !state.gone()) {
        thread.later(0, Agent.this::advance);
      }
    }

    @Override
    public void commandEnded() {
      thread.later(OTHERS_SECONDS, Agent.this::finish);
    }

    @Override
    public void lost(String sentence) {
      thread.later(
          0,
          () -> {
            if (!finished) {
              fail(new UserError(sentence));
            }
          });
    }
  }

  private void advance() {
    try {
      steering.advance(admission.expected());
      if (steering.ended() && !steering.failed() && !published) {
        publish();
        afterLastRound();
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(RuntimeException problem) {
    String sentence = steering.fail(problem);
    releaseAll(sentence);
  }

  /** Stops setting clocks for all ranks, and resets the clocks of the GPUs of all nodes. */
  private void releaseAll(String problem) {
    steering.ranks().values().forEach(SteeredRank::release);
    others.send(new FromNode0.GiveBack(problem));
    gpus.giveBack();
  }

  private void afterLastRound() {
    if (settings.kept() && !settings.stops()) {
      steering.keepLastRound();
      return;
    }
    releaseAll(null);
    if (settings.stops()) {
      listener.message(
          "All schedules have run. The command and its child processes are ended by SIGTERM.");
      others.send(new FromNode0.Stop());
      command.terminate();
    }
  }

  /**
   * Writes the logs and stops setting clocks after the training command of a node has ended. Only
   * the first call of {@code finish} has an effect.
   */
  private Void finish() {
    if (finished) {
      return null;
    }
    finished = true;
    try {
      String early = steering.finish();
      if (early != null) {
        listener.message(early);
      }
      if (!published) {
        publish();
      }
    } catch (RuntimeException e) {
      failure = e;
    }
    unwritten |= steering.ranks().values().stream().anyMatch(SteeredRank::recordingFailed);
    String nothing = steering.nothingMeasured(admission.expected());
    if (nothing != null) {
      listener.message(nothing);
    }
    if (settings.nodes().areSeveral()) {
      releaseAll(null);
      others.send(new FromNode0.Done());
    }
    return null;
  }

  private void publish() {
    published = true;
    RunManifest manifest = steering.manifest();
    if (!settings.recorded() || manifest == null) {
      return;
    }
    try {
      write(manifest);
    } catch (UserError e) {
      unwritten = true;
      throw e;
    }
  }

  private void write(RunManifest manifest) {
    recording.removeEarlier();
    try {
      parts = others.publish(new FromNode0.Publish(recording.marker(), manifest.toJson()));
    } catch (UserError e) {
      listener.message("No recording is written. " + e.getMessage());
      return;
    }
    recording.writeLogs(
        steering.ranks().values().stream()
            .filter(AgentRank.class::isInstance)
            .map(AgentRank.class::cast)
            .toList());
    recording.writeManifest(manifest.toJson());
  }
}
