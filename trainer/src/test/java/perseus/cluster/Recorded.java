package perseus.cluster;

import java.util.HashMap;
import java.util.Map;

/**
 * Environments that were recorded with Slurm 22.05.8, Open MPI 4.1.4 and torchrun of PyTorch
 * 1.13.1. Variables that say nothing about nodes, processes and GPUs are left out.
 */
final class Recorded {
  /** {@code srun -N1} */
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

  /** {@code srun -N2}, the second node */
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

  /** {@code srun -N2 --ntasks-per-node=2 --gpus-per-node=4}, the last task */
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

  /** {@code srun -N2 -n3}, the only task of the second node */
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

  /** {@code srun -N1 : -N1}, the second part of a heterogeneous step */
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

  /** {@code salloc -N2 --gpus-per-node=2}, in the shell */
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

  /** {@code salloc -N2} where LaunchParameters has use_interactive_step, in the shell */
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

  /** {@code srun -N1 -n1} in a shell of {@code salloc -N2}, the second step of the job */
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

  /** {@code sbatch -N2 --ntasks-per-node=2 --gpus-per-node=4}, in the script */
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

  /** {@code srun --ntasks=2 --ntasks-per-node=1} in that script, the second node */
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

  /** The script of {@code sbatch -w gpu03}, called in a shell of {@code srun -N2} */
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

  /** {@code mpirun --host vm,far1 --map-by ppr:1:node} on vm, the second process */
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

  /** {@code mpirun -n 2} on one host, the first process */
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
   * {@code mpiexec -ppn 1 -genv MASTER_ADDR gpu01} of MPICH, the second node. This was not
   * recorded; it follows the sources of Hydra 4.
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

  /** {@code mpirun --map-by ppr:1:node} in a script of {@code sbatch -N3}, the second process */
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

  /** {@code torchrun --nproc-per-node=2}, the second worker */
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

  /** {@code torchrun --nnodes=2 --node-rank=1 --nproc-per-node=2 ...}, the last worker */
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

  /** {@code torchrun --nnodes=2 --rdzv-backend=c10d --nproc-per-node=1 ...}, the second node */
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

  /** Returns the variables of a recorded environment, changed by lines such as NNODES=2. */
  static Map<String, String> with(String recorded, String... changes) {
    Map<String, String> variables = new HashMap<>();
    (recorded + String.join("\n", changes))
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(pair -> variables.put(pair[0], pair[1]));
    return variables;
  }
}
