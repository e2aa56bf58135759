package perseus.job.node0;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import perseus.checkpoint.CheckpointDirectory;
import perseus.checkpoint.CheckpointManifest;
import perseus.checkpoint.ResumeSettings;
import perseus.checkpoint.SavedShard;
import perseus.checkpoint.SavedStep;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.job.ContentDigest;
import perseus.job.Event;
import perseus.job.JobSpec;

/**
 * Holds the checkpoint from which a job resumes. Node 0 chooses the newest checkpoint that all
 * nodes have, and checks that the job can continue it.
 *
 * @param folder folder of the checkpoint on node 0
 * @param manifest the description of the checkpoint
 * @param nextMicrobatch index of the first microbatch of the next iteration, counted from 0 over
 *     the whole training and over all pipelines. The index {@code nextMicrobatch} counts
 *     microbatches of this job's size, which may differ from the size before the checkpoint.
 */
record ResumedCheckpoint(Path folder, CheckpointManifest manifest, long nextMicrobatch) {

  /**
   * Chooses the checkpoint and prints its folder for the user.
   *
   * @param maxSteps the training step at which the run ends; 0 for no limit
   * @param directory directory of checkpoints, or folder of one checkpoint, on node 0
   * @param nodes the event {@code NodeJoined} of each launcher, indexed by the number of the
   *     launcher's node
   * @throws UserError if the nodes have no common checkpoint, or if the job cannot continue it
   */
  static ResumedCheckpoint choose(
      JobSpec job,
      int maxSteps,
      Path directory,
      Event.NodeJoined[] nodes,
      TrainingListener listener) {
    int step = newestOnAllNodes(directory, nodes, listener).step();
    Path folder = CheckpointDirectory.folder(directory, step);
    CheckpointManifest manifest = CheckpointManifest.read(folder);
    List<String> differences =
        ResumeSettings.requireFits(
            folder.toString(),
            manifest.settings(),
            settings(job, nodes),
            job.checkpoints().resumeChanges());
    if (maxSteps > 0 && maxSteps <= step) {
      throw new UserError(
          "%s has %d training steps, and the run ends at step %d, so no step is left. Give a larger maximum number of steps."
              .formatted(folder, step, maxSteps));
    }
    long nextMicrobatch = nextMicrobatch(job, folder, manifest);
    listener.message(
        "Resumes from %s, after step %d%s."
            .formatted(
                folder,
                step,
                differences.isEmpty()
                    ? ""
                    : ", with changed settings: " + String.join(", ", differences)));
    return new ResumedCheckpoint(folder, manifest, nextMicrobatch);
  }

  private static SavedStep newestOnAllNodes(
      Path directory, Event.NodeJoined[] nodes, TrainingListener listener) {
    List<SavedStep> descending = new ArrayList<>(nodes[0].checkpoints().resumable());
    descending.sort(Comparator.comparingInt(SavedStep::step).reversed());
    if (descending.isEmpty()) {
      throw new UserError(
          "%s contains no complete checkpoint: no folder such as %s with the file %s. Give the directory into which an earlier run has saved."
              .formatted(directory, CheckpointDirectory.name(100), CheckpointManifest.FILE_NAME));
    }
    Event.NodeJoined lacking = null;
    for (SavedStep candidate : descending) {
      Event.NodeJoined without = nodeWithout(candidate, nodes);
      if (without != null) {
        lacking = lacking == null ? without : lacking;
        continue;
      }
      if (lacking != null) {
        listener.message(
            "Node %d (%s) lacks %s, so that the job resumes from an earlier step."
                .formatted(
                    lacking.node(),
                    lacking.host(),
                    CheckpointDirectory.name(descending.get(0).step())));
      }
      return candidate;
    }
    throw new UserError(
        "Node %d (%s) has none of the checkpoints that node 0 has. Copy a checkpoint's folder to all nodes, or give all nodes the same shared directory."
            .formatted(lacking.node(), lacking.host()));
  }

  /**
   * Returns the first node that lacks a checkpoint; null if all nodes have it.
   *
   * @throws UserError if a node has the checkpoint but cannot read its description
   */
  private static Event.NodeJoined nodeWithout(SavedStep candidate, Event.NodeJoined[] nodes) {
    for (Event.NodeJoined node : nodes) {
      Optional<SavedStep> same =
          node.checkpoints().resumable().stream()
              .filter(saved -> saved.step() == candidate.step())
              .findFirst();
      if (same.isPresent() && same.get().problem() != null) {
        throw new UserError(
            node.node() == 0
                ? same.get().problem()
                : "Node %d (%s): %s".formatted(node.node(), node.host(), same.get().problem()));
      }
      if (same.isEmpty() || !same.get().id().equals(candidate.id())) {
        return node;
      }
    }
    return null;
  }

  /**
   * Returns the settings of a job, and the digests of its input files. Each key of the returned map
   * is the name of a command-line flag.
   */
  static Map<String, String> settings(JobSpec job, Event.NodeJoined[] nodes) {
    Map<String, String> settings = new LinkedHashMap<>(job.byFlag());
    nodes[0].inputs().forEach((flag, input) -> settings.put(flag, text(input)));
    return settings;
  }

  private static String text(ContentDigest input) {
    return input.sha256().isEmpty()
        ? "none"
        : "of %d bytes with SHA-256 %s".formatted(input.bytes(), input.sha256());
  }

  /**
   * Returns the index of the first microbatch of the next iteration, in microbatches of the size
   * that this job uses. Training continues with the first sample that the saved training has not
   * used, even if the saved training used another microbatch size.
   */
  private static long nextMicrobatch(JobSpec job, Path folder, CheckpointManifest manifest) {
    int size = job.parallelism().microbatchSize();
    long samples;
    try {
      samples =
          Math.multiplyExact(
              manifest.nextMicrobatch(),
              Long.parseLong(manifest.settings().get("microbatch_size")));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new UserError(
          "%s is damaged: its number of microbatches or their size is wrong. Resume from another checkpoint."
              .formatted(folder.resolve(CheckpointManifest.FILE_NAME)),
          e);
    }
    if (samples % size != 0) {
      throw new UserError(
          "%s was saved after %d samples, which is not a multiple of the microbatch size %d. Choose a microbatch size that divides this number."
              .formatted(folder, samples, size));
    }
    return samples / size;
  }

  /**
   * Returns the error which says that files of the checkpoint are missing on some nodes.
   *
   * @param missing map from the number of a node to the names of the files that the node lacks
   * @param nodes the event {@code NodeJoined} of each launcher, indexed by the number of the
   *     launcher's node
   */
  UserError incomplete(Map<Integer, TreeSet<String>> missing, Event.NodeJoined[] nodes) {
    Map<String, String> writers = new LinkedHashMap<>();
    for (SavedShard shard : manifest.shards()) {
      shard.files().forEach(file -> writers.put(file.name(), shard.host()));
    }
    List<String> lacking = new ArrayList<>();
    missing.forEach(
        (node, names) ->
            lacking.add(
                "node %d (%s) lacks %s"
                    .formatted(
                        node,
                        nodes[node].host(),
                        String.join(
                            ", ",
                            names.stream()
                                .map(name -> name + " (written on " + writers.get(name) + ")")
                                .toList()))));
    return new UserError(
        "The checkpoint %s is incomplete: %s. Copy these files there, or use a directory that all nodes share."
            .formatted(folder.getFileName(), String.join("; ", lacking)));
  }
}
