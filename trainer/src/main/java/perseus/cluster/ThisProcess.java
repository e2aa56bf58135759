package perseus.cluster;

/**
 * Describes this process.
 *
 * @param pid the ID of this process
 * @param terminal whether the standard error of this process is a terminal
 */
public record ThisProcess(long pid, boolean terminal) {

  /**
   * Returns whether a person has probably started this process in a shell. The shell was started by
   * srun with the flag --pty. A process that srun starts has a terminal only if srun has the flag
   * --pty.
   *
   * @param task process ID of the program that srun has started on this node; null if unknown
   */
  boolean isTypedInShellOf(Long task) {
    return terminal && task != null && task != pid;
  }
}
