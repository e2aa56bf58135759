package perseus.cluster;

import java.util.List;
import java.util.Optional;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Reads the environment variables in which srun describes the nodes of a job step: SLURM_STEP_*,
 * SLURM_NODEID.
 *
 * <p>The variables SLURM_NNODES and SLURM_JOB_NODELIST are not used. They are also set in a script
 * of sbatch or a shell of salloc, where only one process runs. There, the variables of a step are
 * not set, or they describe the interactive step (one shell on one node). The manual pages of srun
 * and sbatch list the variables of Slurm in the section OUTPUT ENVIRONMENT VARIABLES.
 */
final class SlurmStep extends NumberedNodes {
  private static final String NAME = "srun";

  /**
   * The greatest number of a step that a user's srun has started (slurm.h,
   * SLURM_MAX_NORMAL_STEP_ID). Slurm uses numbers above {@code MAX_STEP} for steps without srun,
   * such as the batch script and the interactive shell of salloc.
   */
  private static final long MAX_STEP = 0xffff_fff0L;

  /**
   * Factor by which the job ID is multiplied to compute the port. Steps of a job get consecutive
   * ports, and the next job gets ports that are {@code JOB_FACTOR} higher.
   */
  private static final long JOB_FACTOR = 37;

  private final Setting tasks;
  private final Long job;
  private final long step;
  private final List<String> hosts;
  private final String host;
  private final boolean typedInShell;

  private SlurmStep(Variables variables, long step, ThisProcess process) {
    super(
        variables.required("SLURM_STEP_NUM_NODES", 1, NAME),
        variables.required("SLURM_NODEID", 0, NAME));
    this.tasks = variables.required("SLURM_STEP_NUM_TASKS", 1, NAME);
    this.hosts =
        NodeList.expand(variables.requiredText("SLURM_STEP_NODELIST", NAME), "SLURM_STEP_NODELIST");
    this.job = number(variables.text("SLURM_JOB_ID"));
    this.step = step;
    this.host = variables.text("SLURMD_NODENAME");
    this.typedInShell =
        variables.text("NNODES") == null
            && process.isTypedInShellOf(number(variables.text("SLURM_TASK_PID")));
  }

  /**
   * Returns the job step in which this process runs; empty if this process runs in no step.
   * Variables that a script of sbatch has inherited from a step of another job are ignored. Their
   * list of nodes does not contain this node.
   */
  static Optional<Starter> of(Variables variables, ThisProcess process) {
    Long step = number(variables.text("SLURM_STEP_ID"));
    if (step == null || step > MAX_STEP) {
      return Optional.empty();
    }
    SlurmStep result = new SlurmStep(variables, step, process);
    boolean inherited = result.host != null && !result.hosts.contains(result.host);
    return inherited ? Optional.empty() : Optional.of(result);
  }

  /**
   * Returns the number that a text contains; null if the text is null or is not a number, such as
   * "batch".
   */
  private static Long number(String text) {
    return text != null && text.matches("[0-9]{1,18}") ? Long.valueOf(text) : null;
  }

  @Override
  public String masterAddress() {
    return hosts.get(0);
  }

  @Override
  public int masterPort() {
    return job == null ? Ports.DEFAULT : Ports.of(JOB_FACTOR * job + step);
  }

  @Override
  public void check(Setting nodeRank) {
    if (nodeRank != null) {
      return;
    }
    int count = nodes().value();
    if (tasks.value() != count) {
      throw new UserError(
          "srun has started %d tasks on %s, but Perseus needs one on each node, which starts the node's ranks. Use: srun --nodes=%3$d --ntasks=%3$d --ntasks-per-node=1 bash run.sh ..."
              .formatted(tasks.value(), Named.count(count, "node"), count));
    }
    boolean contradiction =
        hosts.size() != count
            || node().value() >= count
            || host != null && !hosts.get(node().value()).equals(host);
    if (contradiction) {
      throw new UserError(
          "The variables of Slurm contradict each other: this process is on node %d of %d and on %s, but the step's nodes are %s. Set NNODES, NODE_RANK and MASTER_ADDR."
              .formatted(node().value(), count, host, String.join(",", hosts)));
    }
    if (count > 1 && typedInShell) {
      throw new UserError(
          "This shell runs in a Slurm step of %d nodes, but this command has been started on one node only. Start it on all nodes by: srun --overlap bash run.sh ... Or set NNODES=1 to use this node alone."
              .formatted(count));
    }
  }

  @Override
  public List<String> notes() {
    return List.of();
  }
}
