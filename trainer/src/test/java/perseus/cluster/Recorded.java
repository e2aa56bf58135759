package perseus.cluster;

import java.util.HashMap;
import java.util.Map;

/**
 * Holds environment variables that were recorded with Slurm 22.05.8, Open MPI 4.1.4 and torchrun of
 * PyTorch 1.13.1. Variables that do not describe nodes, processes or GPUs are left out.
 */
final class Recorded {
  /** Environment of {@code srun -N1}. */
  static final String SRUN =
      """
      SLURMD_NODENAME=gpu01
      SLURM_JOB_ID=1
      SLURM_JOB_NODELIST=gpu01
      SLURM_JOB_NUM_NODES=1
      SLURM_LOCALID=0
      SLURM_NNODES=1
      SLURM_NODEID=0
      SLURM_NTASKS=1
      SLURM_STEP_ID=0
      SLURM_STEP_NODELIST=gpu01
      SLURM_STEP_NUM_NODES=1
      SLURM_STEP_NUM_TASKS=1
      SLURM_STEP_TASKS_PER_NODE=1
      SLURM_TASK_PID=10110
      """;

  /** Environment of {@code srun -N2} on the second node. */
  static final String SRUN_2_NODES =
      """
      SLURMD_NODENAME=gpu02
      SLURM_JOB_ID=2
      SLURM_JOB_NODELIST=gpu[01-02]
      SLURM_JOB_NUM_NODES=2
      SLURM_LOCALID=0
      SLURM_NNODES=2
      SLURM_NODEID=1
      SLURM_NTASKS=2
      SLURM_STEP_ID=0
      SLURM_STEP_NODELIST=gpu[01-02]
      SLURM_STEP_NUM_NODES=2
      SLURM_STEP_NUM_TASKS=2
      SLURM_STEP_TASKS_PER_NODE=1(x2)
      SLURM_TASK_PID=10155
      """;

  /** Environment of the last task of {@code srun -N2 --ntasks-per-node=2 --gpus-per-node=4}. */
  static final String SRUN_2_TASKS_PER_NODE =
      """
      CUDA_VISIBLE_DEVICES=0,1,2,3
      SLURMD_NODENAME=gpu02
      SLURM_GPUS_ON_NODE=4
      SLURM_JOB_ID=3
      SLURM_LOCALID=1
      SLURM_NODEID=1
      SLURM_NTASKS_PER_NODE=2
      SLURM_STEP_GPUS=0,1,2,3
      SLURM_STEP_ID=0
      SLURM_STEP_NODELIST=gpu[01-02]
      SLURM_STEP_NUM_NODES=2
      SLURM_STEP_NUM_TASKS=4
      SLURM_STEP_TASKS_PER_NODE=2(x2)
      SLURM_TASK_PID=10209
      """;

  /** Environment of the only task of {@code srun -N2 -n3} on the second node. */
  static final String SRUN_3_TASKS_ON_2_NODES =
      """
      SLURMD_NODENAME=gpu02
      SLURM_JOB_ID=4
      SLURM_LOCALID=0
      SLURM_NODEID=1
      SLURM_STEP_ID=0
      SLURM_STEP_NODELIST=gpu[01-02]
      SLURM_STEP_NUM_NODES=2
      SLURM_STEP_NUM_TASKS=3
      SLURM_STEP_TASKS_PER_NODE=2,1
      """;

  /** Environment of the second part of a heterogeneous step, {@code srun -N1 : -N1}. */
  static final String SRUN_HETEROGENEOUS =
      """
      SLURMD_NODENAME=gpu02
      SLURM_JOB_ID=13
      SLURM_LOCALID=0
      SLURM_NODEID=1
      SLURM_STEP_ID=0
      SLURM_STEP_NODELIST=gpu[01-02]
      SLURM_STEP_NUM_NODES=2
      SLURM_STEP_NUM_TASKS=2
      SLURM_STEP_TASKS_PER_NODE=1(x2)
      """;

  /** Environment of the shell that {@code salloc -N2 --gpus-per-node=2} starts. */
  static final String SALLOC_SHELL =
      """
      SLURM_GPUS_PER_NODE=2
      SLURM_JOB_ID=5
      SLURM_JOB_NODELIST=gpu[01-02]
      SLURM_JOB_NUM_NODES=2
      SLURM_NNODES=2
      SLURM_NODELIST=gpu[01-02]
      SLURM_TASKS_PER_NODE=1(x2)
      """;

  /**
   * Environment of the shell that {@code salloc -N2} starts if Slurm's setting LaunchParameters
   * contains use_interactive_step.
   */
  static final String SALLOC_INTERACTIVE_STEP =
      """
      SLURMD_NODENAME=gpu01
      SLURM_GPUS_ON_NODE=2
      SLURM_JOB_ID=10
      SLURM_JOB_NODELIST=gpu[01-02]
      SLURM_JOB_NUM_NODES=2
      SLURM_LOCALID=0
      SLURM_NNODES=2
      SLURM_NODEID=0
      SLURM_PTY_PORT=42827
      SLURM_STEP_ID=4294967290
      SLURM_STEP_NODELIST=gpu01
      SLURM_STEP_NUM_NODES=1
      SLURM_STEP_NUM_TASKS=1
      SLURM_STEP_TASKS_PER_NODE=1
      SLURM_TASKS_PER_NODE=1(x2)
      SLURM_TASK_PID=14719
      """;

  /**
   * Environment of {@code srun -N1 -n1} in a shell of {@code salloc -N2}, as the second step of the
   * job.
   */
  static final String SRUN_IN_SALLOC =
      """
      CUDA_VISIBLE_DEVICES=0,1
      SLURMD_NODENAME=gpu01
      SLURM_GPUS_ON_NODE=2
      SLURM_JOB_ID=5
      SLURM_JOB_NODELIST=gpu[01-02]
      SLURM_JOB_NUM_NODES=2
      SLURM_LOCALID=0
      SLURM_NNODES=1
      SLURM_NODEID=0
      SLURM_STEP_GPUS=0,1
      SLURM_STEP_ID=1
      SLURM_STEP_NODELIST=gpu01
      SLURM_STEP_NUM_NODES=1
      SLURM_STEP_NUM_TASKS=1
      SLURM_STEP_TASKS_PER_NODE=1
      """;

  /** Environment of the script of {@code sbatch -N2 --ntasks-per-node=2 --gpus-per-node=4}. */
  static final String SBATCH_SCRIPT =
      """
      CUDA_VISIBLE_DEVICES=0,1,2,3
      SLURMD_NODENAME=gpu01
      SLURM_GPUS_ON_NODE=4
      SLURM_JOB_GPUS=0,1,2,3
      SLURM_JOB_ID=6
      SLURM_JOB_NODELIST=gpu[01-02]
      SLURM_JOB_NUM_NODES=2
      SLURM_LOCALID=0
      SLURM_NNODES=2
      SLURM_NODEID=0
      SLURM_NODELIST=gpu[01-02]
      SLURM_NTASKS=4
      SLURM_NTASKS_PER_NODE=2
      SLURM_PROCID=0
      SLURM_TASKS_PER_NODE=2(x2)
      SLURM_TASK_PID=10399
      """;

  /**
   * Environment of {@code srun --ntasks=2 --ntasks-per-node=1} in the script {@link
   * #SBATCH_SCRIPT}, on the second node.
   */
  static final String SRUN_IN_SBATCH =
      """
      CUDA_VISIBLE_DEVICES=0,1,2,3
      SLURMD_NODENAME=gpu02
      SLURM_GPUS_ON_NODE=4
      SLURM_JOB_ID=6
      SLURM_JOB_NODELIST=gpu[01-02]
      SLURM_LOCALID=0
      SLURM_NNODES=2
      SLURM_NODEID=1
      SLURM_NTASKS_PER_NODE=1
      SLURM_STEP_GPUS=0,1,2,3
      SLURM_STEP_ID=1
      SLURM_STEP_NODELIST=gpu[01-02]
      SLURM_STEP_NUM_NODES=2
      SLURM_STEP_NUM_TASKS=2
      SLURM_STEP_TASKS_PER_NODE=1(x2)
      """;

  /**
   * Environment of the script of {@code sbatch -w gpu03}, which was called in a shell of {@code
   * srun -N2}.
   */
  static final String SBATCH_FROM_A_STEP =
      """
      SLURMD_NODENAME=gpu03
      SLURM_JOB_ID=22
      SLURM_JOB_NODELIST=gpu03
      SLURM_LOCALID=0
      SLURM_NNODES=1
      SLURM_NODEID=0
      SLURM_STEP_ID=0
      SLURM_STEP_NODELIST=gpu[01-02]
      SLURM_STEP_NUM_NODES=2
      SLURM_STEP_NUM_TASKS=2
      SLURM_STEP_TASKS_PER_NODE=1(x2)
      """;

  /**
   * Environment of the second process of {@code mpirun --host vm,far1 --map-by ppr:1:node}, which
   * was called on the host vm.
   */
  static final String MPIRUN_2_NODES =
      """
      OMPI_COMM_WORLD_LOCAL_RANK=0
      OMPI_COMM_WORLD_LOCAL_SIZE=1
      OMPI_COMM_WORLD_RANK=1
      OMPI_COMM_WORLD_SIZE=2
      OMPI_MCA_orte_hnp_uri=1161297920.0;tcp://192.0.2.2:41201;tcp6://[fd00::2]:48365
      OMPI_MCA_orte_local_daemon_uri=1161297920.1;tcp://192.0.2.2:44131;tcp6://[fd00::2]:60219
      PMIX_NAMESPACE=1161297921
      PMIX_SERVER_URI4=1161297920.1;tcp4://127.0.0.1:42889
      """;

  /** Environment of the first process of {@code mpirun -n 2} on one host. */
  static final String MPIRUN_2_PROCESSES =
      """
      OMPI_COMM_WORLD_LOCAL_RANK=0
      OMPI_COMM_WORLD_LOCAL_SIZE=2
      OMPI_COMM_WORLD_RANK=0
      OMPI_COMM_WORLD_SIZE=2
      OMPI_MCA_orte_bound_at_launch=1
      OMPI_MCA_orte_hnp_uri=1163722752.0;tcp://192.0.2.2:48749;tcp6://[fd00::2]:53633
      PMIX_NAMESPACE=1163722753
      PMIX_SERVER_URI4=1163722752.0;tcp4://127.0.0.1:47299
      """;

  /**
   * Environment of {@code mpiexec -ppn 1 -genv MASTER_ADDR gpu01} of MPICH on the second node. This
   * environment was not recorded; it was derived from the source code of Hydra 4.
   */
  static final String MPIEXEC_2_NODES =
      """
      MASTER_ADDR=gpu01
      MPI_LOCALNRANKS=1
      MPI_LOCALRANKID=0
      PMI_FD=5
      PMI_RANK=1
      PMI_SIZE=2
      """;

  /**
   * Environment of the second process of {@code mpirun --map-by ppr:1:node} in a script of {@code
   * sbatch -N3}.
   */
  static final String MPIRUN_IN_SBATCH =
      """
      OMPI_COMM_WORLD_LOCAL_RANK=0
      OMPI_COMM_WORLD_LOCAL_SIZE=1
      OMPI_COMM_WORLD_RANK=1
      OMPI_COMM_WORLD_SIZE=3
      OMPI_MCA_orte_hnp_uri=1161691136.0;tcp://192.0.2.2:44301;tcp6://[fd00::2]:33937
      PMIX_NAMESPACE=1161691137
      PMIX_SERVER_URI4=1161691136.2;tcp4://127.0.0.1:49167
      SLURMD_NODENAME=gpu02
      SLURM_JOB_ID=7
      SLURM_NODEID=1
      SLURM_STEP_ID=0
      SLURM_STEP_NODELIST=gpu[01-03]
      SLURM_STEP_NUM_NODES=3
      SLURM_STEP_NUM_TASKS=3
      SLURM_STEP_TASKS_PER_NODE=1(x3)
      """;

  /** Environment of the second worker of {@code torchrun --nproc-per-node=2}. */
  static final String TORCHRUN =
      """
      GROUP_RANK=0
      GROUP_WORLD_SIZE=1
      LOCAL_RANK=1
      LOCAL_WORLD_SIZE=2
      MASTER_ADDR=127.0.0.1
      MASTER_PORT=29500
      RANK=1
      TORCHELASTIC_RUN_ID=none
      TORCHELASTIC_USE_AGENT_STORE=True
      WORLD_SIZE=2
      """;

  /**
   * Environment of the last worker of {@code torchrun --nnodes=2 --node-rank=1 --nproc-per-node=2
   * ...}.
   */
  static final String TORCHRUN_2_NODES =
      """
      GROUP_RANK=1
      GROUP_WORLD_SIZE=2
      LOCAL_RANK=1
      LOCAL_WORLD_SIZE=2
      MASTER_ADDR=127.0.0.1
      MASTER_PORT=29511
      RANK=3
      TORCHELASTIC_RUN_ID=none
      TORCHELASTIC_USE_AGENT_STORE=True
      WORLD_SIZE=4
      """;

  /**
   * Environment of {@code torchrun --nnodes=2 --rdzv-backend=c10d --nproc-per-node=1 ...} on the
   * second node.
   */
  static final String TORCHRUN_C10D =
      """
      GROUP_RANK=1
      GROUP_WORLD_SIZE=2
      LOCAL_RANK=0
      LOCAL_WORLD_SIZE=1
      MASTER_ADDR=localhost
      MASTER_PORT=39373
      RANK=1
      TORCHELASTIC_RUN_ID=7
      TORCHELASTIC_USE_AGENT_STORE=False
      WORLD_SIZE=2
      """;

  private Recorded() {}

  /**
   * Returns the variables of a recorded environment, with some changes. Each change is a line such
   * as NNODES=2, which sets a variable.
   */
  static Map<String, String> with(String recorded, String... changes) {
    Map<String, String> variables = new HashMap<>();
    (recorded + String.join("\n", changes))
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(pair -> variables.put(pair[0], pair[1]));
    return variables;
  }
}
