package perseus.job.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import perseus.checkpoint.CheckpointDirectory;
import perseus.checkpoint.CheckpointWriter;
import perseus.checkpoint.NodeCheckpoints;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.LocalSettings;
import perseus.wire.ControlLink;

/**
 * Finds, publishes and deletes the checkpoints of one node. The ranks of the node write and read
 * the tensors of the checkpoints.
 */
final class LauncherCheckpoints {
  private final int node;
  private final String host;
  private final CheckpointDirectory saved;
  private final CheckpointWriter writer;
  private final CheckpointDirectory resumed;
  private volatile String job;

  /**
   * @param node number of this node, from 0
   * @param host name of this node's host
   * @param paths paths of this node's checkpoints
   */
  LauncherCheckpoints(int node, String host, LocalSettings.Checkpoints paths) {
    this.node = node;
    this.host = host;
    this.saved = directory(paths.save());
    this.writer = paths.save() == null ? null : new CheckpointWriter(Path.of(paths.save()));
    this.resumed = directory(paths.resume());
  }

  private static CheckpointDirectory directory(String path) {
    return path == null ? null : new CheckpointDirectory(Path.of(path));
  }

  /**
   * Returns the checkpoints that are on the disks of this node.
   *
   * @throws perseus.io.UserError if a directory cannot be read
   */
  NodeCheckpoints found() {
    return new NodeCheckpoints(
        resumed == null ? List.of() : resumed.complete(), saved == null ? null : saved.newest());
  }

  /**
   * Executes a command about checkpoints, and reports to node 0 when it has finished. The method
   * ignores commands that are not about checkpoints.
   *
   * @param link the connection to node 0
   * @throws UserError if the command cannot be executed
   */
  void execute(Command command, ControlLink link) throws IOException {
    try {
      if (command instanceof Command.PrepareCheckpoints prepare) {
        writer.prepare();
        job = prepare.id();
        link.send(new Event.PreparedCheckpoints());
      } else if (command instanceof Command.PublishCheckpoint publish) {
        publish(publish);
        link.send(new Event.PublishedCheckpoint(publish.step()));
      }
    } catch (UserError e) {
      // The launcher of node 0 needs no message, because it runs in the process of node 0 and
      // throws its exception there.
      if (node > 0) {
        link.send(
            new Event.Failed("Node %d on %s: %s".formatted(node, host, e.getMessage()), false));
      }
      throw e;
    }
  }

  private void publish(Command.PublishCheckpoint command) {
    switch (command.step()) {
      case DESCRIBE -> writer.describe(command.folder(), command.manifest());
      case RENAME_ON_NODE_0 -> {
        if (node == 0) {
          rename(command);
        }
      }
      case RENAME_ON_OTHER_NODES -> {
        if (node > 0) {
          rename(command);
        }
      }
      case DELETE_OLD -> writer.keepNewest(command.keep(), job);
    }
  }

  private void rename(Command.PublishCheckpoint command) {
    writer.publish(command.folder(), command.trainingSteps(), command.id());
  }

  /**
   * Removes the folder of a checkpoint that this job has begun and not completed, if there is one.
   */
  void deleteUnfinished() {
    if (job != null) {
      writer.deleteUnfinished(job);
    }
  }
}
