package perseus.job.node0;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import perseus.checkpoint.CheckpointDirectory;
import perseus.checkpoint.CheckpointManifest;
import perseus.checkpoint.CheckpointWriter;
import perseus.checkpoint.SavedShard;
import perseus.checkpoint.SavedStep;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.JobSpec;
import perseus.wire.Deadline;

/**
 * Makes all ranks and launchers of a job save and resume checkpoints together. The class counts the
 * training steps of the job, including the steps before the checkpoint from which it resumes.
 *
 * <p>To save a checkpoint, the ranks write their files into a folder with a temporary name. When
 * all ranks have reported their files, the launchers rename the folder to a name such as {@code
 * step-000120}. All folders with a name such as {@code step-000120} are complete, even if the job
 * is killed.
 */
final class Checkpoints {
  /**
   * If saving a checkpoint takes longer than 2 minutes, the user gets a message that it takes
   * unusually long.
   */
  private static final Duration SLOW = Duration.ofMinutes(2);

  private final TrainingConfig config;
  private final JobSpec job;
  private final Path directory;
  private final TrainingListener listener;
  private final EventQueue events;
  private final Peers launchers;
  private final Peers ranks;
  private final Event.NodeJoined[] nodes;
  private final String jobId = newId();
  private ResumedCheckpoint resumed;
  private int firstStep;
  private int step;
  private int savedStep;
  private long nextMicrobatch;
  private double loss;

  /**
   * @param directory directory of checkpoints, or folder of one checkpoint, from which node 0
   *     resumes; null if the job does not resume
   * @param nodes the event {@code NodeJoined} of each launcher, indexed by the number of the
   *     launcher's node
   */
  Checkpoints(
      TrainingConfig config,
      JobSpec job,
      Path directory,
      TrainingListener listener,
      EventQueue events,
      Peers launchers,
      Peers ranks,
      Event.NodeJoined[] nodes) {
    this.config = config;
    this.job = job;
    this.directory = directory;
    this.listener = listener;
    this.events = events;
    this.launchers = launchers;
    this.ranks = ranks;
    this.nodes = nodes;
  }

  private static String newId() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  /**
   * Returns the number of training steps before this run; 0 if the job does not resume from a
   * checkpoint.
   */
  int firstStep() {
    return firstStep;
  }

  int step() {
    return step;
  }

  /**
   * Chooses the checkpoint from which the job resumes, and prepares the directories into which it
   * saves. The method is called when all launchers have joined, before they start ranks.
   *
   * @throws UserError if there is no checkpoint that the job can continue, or if the directory
   *     contains checkpoints of another run
   */
  void prepare() {
    if (job.checkpoints().resume()) {
      resumed = ResumedCheckpoint.choose(job, config.maxSteps(), directory, nodes, listener);
      firstStep = resumed.manifest().step();
      step = firstStep;
      savedStep = firstStep;
      nextMicrobatch = resumed.nextMicrobatch();
      listener.resumed(firstStep);
    }
    if (!job.checkpoints().save()) {
      return;
    }
    SavedStep start =
        resumed == null
            ? null
            : new SavedStep(resumed.manifest().step(), resumed.manifest().id(), null);
    for (Event.NodeJoined node : nodes) {
      SavedStep newest = node.checkpoints().newestSaved();
      if (newest != null && !newest.equals(start)) {
        throw new UserError(
            "The directory for checkpoints on node %d (%s) contains %s, which this run does not continue. Resume from that checkpoint, or save into another directory."
                .formatted(node.node(), node.host(), CheckpointDirectory.name(newest.step())));
      }
    }
    launchers.send(new Command.PrepareCheckpoints(jobId));
    events.collect(Event.PreparedCheckpoints.class, launchers, (peer, prepared) -> {});
  }

  /**
   * Makes all ranks read the chosen checkpoint, if the job resumes.
   *
   * @throws UserError if a rank cannot read the checkpoint; the message names the files that are
   *     missing on each node
   */
  void resume() {
    if (resumed == null) {
      return;
    }
    ranks.send(new Command.ResumeCheckpoint(firstStep, nextMicrobatch));
    Map<Integer, TreeSet<String>> missing = new TreeMap<>();
    events.collect(
        Event.Resumed.class,
        ranks,
        (peer, event) -> {
          if (!event.missing().isEmpty()) {
            missing
                .computeIfAbsent(config.node(peer.number()), node -> new TreeSet<>())
                .addAll(event.missing());
          }
        });
    if (!missing.isEmpty()) {
      throw resumed.incomplete(missing, nodes);
    }
  }

  /**
   * Counts a training step.
   *
   * @param newLoss the loss of the step
   */
  void iterationFinished(double newLoss) {
    step++;
    nextMicrobatch += (long) job.parallelism().numMicrobatches() * job.parallelism().degrees().dp();
    loss = newLoss;
  }

  /** Saves a checkpoint if one is due after the last training step. */
  void saveIfDue() {
    if (job.checkpoints().saveEvery() > 0 && step % job.checkpoints().saveEvery() == 0) {
      save();
    }
  }

  /**
   * Saves a checkpoint at the end of the run, unless a checkpoint of the last training step exists.
   */
  void finish() {
    if (step > savedStep) {
      save();
    }
  }

  private void save() {
    if (!job.checkpoints().save()) {
      return;
    }
    if (!Double.isFinite(loss)) {
      // A checkpoint of a diverged model must not replace the last useful checkpoint.
      listener.message("Step %d is not saved, because its loss is %s.".formatted(step, loss));
      return;
    }
    long start = System.nanoTime();
    String id = newId();
    String folder = CheckpointWriter.temporaryName(step, jobId);
    ranks.send(new Command.SaveCheckpoint(folder));
    List<SavedShard> shards = new ArrayList<>();
    events.collect(
        Event.Saved.class,
        ranks,
        (peer, saved) -> {
          if (saved.shard() != null) {
            shards.add(saved.shard());
          }
        },
        Deadline.after(SLOW),
        missing ->
            listener.message(
                "%s %s not saved step %d after %d s; still waiting."
                    .formatted(
                        ranks.describe(missing),
                        missing.size() == 1 ? "has" : "have",
                        step,
                        SLOW.toSeconds())));
    shards.sort(Comparator.comparingInt(SavedShard::rank));
    String manifest =
        new CheckpointManifest(
                CheckpointManifest.SCHEMA_VERSION,
                id,
                job.model().name(),
                step,
                nextMicrobatch,
                ResumedCheckpoint.settings(job, nodes),
                shards)
            .toJson();
    for (Command.PublishCheckpoint.Step each : Command.PublishCheckpoint.Step.values()) {
      launchers.send(
          new Command.PublishCheckpoint(
              each, folder, step, id, manifest, job.checkpoints().saveKeep()));
      events.collect(Event.PublishedCheckpoint.class, launchers, (peer, published) -> {});
    }
    savedStep = step;
    listener.checkpointSaved(step, (System.nanoTime() - start) / 1e9);
  }
}
