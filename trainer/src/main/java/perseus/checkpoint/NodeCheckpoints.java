package perseus.checkpoint;

import java.util.List;

/**
 * Describes the checkpoints that a node has found on its disks when a job starts.
 *
 * @param resumable complete checkpoints from which the job may resume, in ascending order of
 *     training steps; empty if the job does not resume
 * @param newestSaved the newest checkpoint in the directory into which the job saves; null if there
 *     is none
 */
public record NodeCheckpoints(List<SavedStep> resumable, SavedStep newestSaved) {
  /** The value for a job that neither saves checkpoints nor resumes from a checkpoint. */
  public static final NodeCheckpoints NONE = new NodeCheckpoints(List.of(), null);
}
