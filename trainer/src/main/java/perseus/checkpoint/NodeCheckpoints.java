package perseus.checkpoint;

import java.util.List;

/**
 * Describes the checkpoints that a node has found on its disks when a job starts.
 *
 * @param resumable the complete checkpoints from which the job may resume, in ascending order of
 *     their training steps; empty if the job does not resume
 * @param newestSaved highest training step in the directory into which the job saves; 0 if there is
 *     none
 */
public record NodeCheckpoints(List<SavedStep> resumable, int newestSaved) {
  /** Describes a node of a job that neither saves nor resumes. */
  public static final NodeCheckpoints NONE = new NodeCheckpoints(List.of(), 0);
}
