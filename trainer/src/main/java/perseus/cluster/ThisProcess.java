package perseus.cluster;

/**
 * Describes this process.
 *
 * @param pid the ID of this process
 * @param terminal whether the standard error of this process is a terminal
 */
public record ThisProcess(long pid, boolean terminal) {

  /**
   * Returns whether a person has probably typed the command of this process in a shell of {@code
   * srun --pty}. Processes of srun have a terminal only with the flag --pty. The process that srun
   * itself has started is then the shell, and not this process.
   *
   * @param task process ID of the program that srun has started on this node; null if unknown
   */
  boolean isTypedInShellOf(Long task) {
    return terminal && task != null && task != pid;
  }
}
