package perseus.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static perseus.cluster.Recorded.with;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import perseus.io.UserError;

class PlacementTest {
  private static final ThisProcess IN_BACKGROUND = new ThisProcess(20_000, false);
  private static final ThisProcess IN_TERMINAL = new ThisProcess(20_000, true);

  private static Placement of(String recorded, String... changes) {
    return Placement.of(with(recorded, changes), IN_BACKGROUND);
  }

  private static List<Object> facts(Placement placement) {
    String address = placement.masterAddress();
    return List.of(
        placement.nodes().value(),
        placement.node().value(),
        address == null ? "" : address,
        placement.masterPort(),
        placement.isSpare());
  }

  /**
   * Provides recorded environments with the expected number of nodes, number of this node, and
   * address and port of node 0. The last value says whether the process starts no ranks.
   */
  static Stream<Arguments> environments() {
    return Stream.of(
        arguments("plain", "", List.of(1, 0, "", 0, false)),
        arguments("srun, 1 node", Recorded.SRUN, List.of(1, 0, "", 0, false)),
        arguments("srun, 2 nodes", Recorded.SRUN_2_NODES, List.of(2, 1, "gpu01", 20_074, false)),
        arguments(
            "heterogeneous step",
            Recorded.SRUN_HETEROGENEOUS,
            List.of(2, 1, "gpu01", 20_481, false)),
        arguments("salloc", Recorded.SALLOC_SHELL, List.of(1, 0, "", 0, false)),
        arguments(
            "salloc, interactive step",
            Recorded.SALLOC_INTERACTIVE_STEP,
            List.of(1, 0, "", 0, false)),
        arguments("srun in salloc", Recorded.SRUN_IN_SALLOC, List.of(1, 0, "", 0, false)),
        arguments("sbatch", Recorded.SBATCH_SCRIPT, List.of(1, 0, "", 0, false)),
        arguments("srun in sbatch", Recorded.SRUN_IN_SBATCH, List.of(2, 1, "gpu01", 20_223, false)),
        arguments("sbatch in a step", Recorded.SBATCH_FROM_A_STEP, List.of(1, 0, "", 0, false)),
        arguments(
            "mpirun, 2 nodes", Recorded.MPIRUN_2_NODES, List.of(2, 1, "192.0.2.2", 24_195, false)),
        arguments(
            "mpirun in sbatch",
            Recorded.MPIRUN_IN_SBATCH,
            List.of(3, 1, "192.0.2.2", 27_402, false)),
        arguments(
            "mpiexec of MPICH in srun",
            Recorded.SRUN + Recorded.MPIEXEC_2_NODES,
            List.of(2, 1, "gpu01", 29_500, false)),
        arguments("torchrun", Recorded.TORCHRUN, List.of(1, 0, "", 0, true)),
        arguments(
            "torchrun, 2 nodes",
            Recorded.TORCHRUN_2_NODES,
            List.of(2, 1, "127.0.0.1", 23_511, true)),
        arguments(
            "torchrun, c10d", Recorded.TORCHRUN_C10D, List.of(2, 1, "localhost", 24_373, false)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("environments")
  void placementComesFromTheProgramThatStartedTheProcess(
      String name, String recorded, List<Object> facts) {
    assertThat(facts(of(recorded))).isEqualTo(facts);
  }

  /**
   * Provides the recorded environments except those of torchrun. torchrun itself sets MASTER_ADDR
   * and MASTER_PORT, so a user cannot set them.
   */
  static Stream<String> environmentsWithoutTorchrun() {
    return environments()
        .map(arguments -> (String) arguments.get()[1])
        .filter(recorded -> !recorded.contains("TORCHELASTIC"));
  }

  @ParameterizedTest
  @MethodSource("environmentsWithoutTorchrun")
  void userMayPlaceEachNodeByHand(String recorded) {
    Placement placement =
        of(recorded, "NNODES=4", "NODE_RANK=3", "MASTER_ADDR=10.0.0.7", "MASTER_PORT=28000");
    assertThat(facts(placement)).isEqualTo(List.of(4, 3, "10.0.0.7", 28_000, false));
  }

  @Test
  void eachVariableOfTheUserReplacesTheValueOfTheStarter() {
    assertThat(facts(of(Recorded.SRUN_2_NODES, "MASTER_ADDR=ib-gpu01")))
        .isEqualTo(List.of(2, 1, "ib-gpu01", 20_074, false));
    assertThat(facts(of(Recorded.SRUN_2_NODES, "MASTER_PORT=28000")))
        .isEqualTo(List.of(2, 1, "gpu01", 28_000, false));
    assertThat(facts(of(Recorded.SRUN_2_NODES, "NODE_RANK=0")))
        .isEqualTo(List.of(2, 0, "gpu01", 20_074, false));
    assertThat(facts(of(Recorded.SRUN_2_NODES, "NNODES=1", "NODE_RANK=0")))
        .isEqualTo(List.of(1, 0, "", 0, false));
    assertThat(facts(of(Recorded.SRUN_2_NODES, "NNODES= ", "MASTER_ADDR=")))
        .isEqualTo(List.of(2, 1, "gpu01", 20_074, false));
  }

  @Test
  void stepThatIsOnlyAPartOfTheJobTellsNeitherAddressNorPort() {
    Placement placement = of(Recorded.SRUN, "NNODES=2");
    assertThat(facts(placement)).isEqualTo(List.of(2, 0, "", 29_500, false));
  }

  @Test
  void nodesStartedByHandMeetAtTheDefaultPort() {
    assertThat(facts(of("", "NNODES=2", "NODE_RANK=1", "MASTER_ADDR=10.0.0.1")))
        .isEqualTo(List.of(2, 1, "10.0.0.1", 29_500, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void incompleteOrContradictingEnvironmentsAreRefused(String recorded, List<String> words) {
    assertThatThrownBy(() -> of(recorded).masterAddress())
        .isInstanceOf(UserError.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  static Stream<Arguments> refused() {
    String torchrun = Recorded.TORCHRUN_2_NODES;
    String mpirun = Recorded.MPIRUN_2_NODES;
    String srun = Recorded.SRUN_2_NODES;
    return Stream.of(
        arguments(
            Recorded.SRUN_2_TASKS_PER_NODE,
            List.of("4 tasks on 2 nodes", "srun --nodes=2 --ntasks=2 --ntasks-per-node=1")),
        arguments(Recorded.SRUN_3_TASKS_ON_2_NODES, List.of("3 tasks on 2 nodes")),
        arguments(Recorded.MPIRUN_2_PROCESSES, List.of("2 processes", "ppr:1:node")),
        arguments(torchrun + "WORLD_SIZE=3", List.of("WORLD_SIZE=3", "--nproc-per-node")),
        arguments(torchrun + "NODE_RANK=0", List.of("NODE_RANK is 0", "GROUP_RANK")),
        arguments(torchrun + "LOCAL_RANK=", List.of("torchrun", "LOCAL_RANK is not set")),
        arguments(
            mpirun + "OMPI_COMM_WORLD_RANK=0", List.of("another host", "mpirun -x MASTER_ADDR=")),
        arguments(Recorded.MPIEXEC_2_NODES + "MPI_LOCALNRANKS=4", List.of("4 processes", "-ppn 1")),
        arguments(Recorded.MPIEXEC_2_NODES + "MASTER_ADDR=", List.of("-genv MASTER_ADDR")),
        arguments(Recorded.MPIEXEC_2_NODES + "PMI_SIZE=", List.of("PMI_SIZE is not set")),
        arguments(mpirun + "OMPI_MCA_orte_hnp_uri=x\nPMIX_NAMESPACE=7", List.of("-x MASTER_ADDR=")),
        arguments(srun + "SLURM_STEP_NODELIST=gpu[01-", List.of("'gpu[01-'", "character 8")),
        arguments(srun + "SLURM_NODEID=0", List.of("contradict", "gpu01,gpu02")),
        arguments(srun + "SLURM_STEP_NUM_NODES=x", List.of("SLURM_STEP_NUM_NODES", "'x'")),
        arguments(srun + "SLURM_NODEID=", List.of("SLURM_NODEID is not set", "NNODES")),
        arguments(srun + "NODE_RANK=2", List.of("NODE_RANK is 2", "SLURM_STEP_NUM_NODES is 2")),
        arguments("NNODES=0", List.of("NNODES", "'0'", "at least 1")));
  }

  @Test
  void commandTypedInAShellOfAStepDoesNotWaitForOtherNodes() {
    assertThatThrownBy(() -> Placement.of(with(Recorded.SRUN_2_NODES), IN_TERMINAL))
        .hasMessageContaining("srun --overlap")
        .hasMessageContaining("NNODES=1");
    String shell = Recorded.SRUN_2_NODES + "SLURM_NODEID=0\nSLURMD_NODENAME=gpu01\n";
    assertThat(facts(Placement.of(with(shell, "NNODES=1"), IN_TERMINAL)))
        .isEqualTo(List.of(1, 0, "", 0, false));
    assertThat(facts(Placement.of(with(shell, "SLURM_TASK_PID=20000"), IN_TERMINAL)))
        .isEqualTo(List.of(2, 0, "gpu01", 20_074, false));
    assertThat(facts(Placement.of(with(Recorded.SRUN), IN_TERMINAL)))
        .isEqualTo(List.of(1, 0, "", 0, false));
  }

  @Test
  void variablesOfTheInnermostProgramAreUsed() {
    Placement placement = of(Recorded.SRUN_2_NODES + Recorded.TORCHRUN_2_NODES, "GROUP_RANK=0");
    assertThat(facts(placement)).isEqualTo(List.of(2, 0, "127.0.0.1", 23_511, true));
  }

  @Test
  void firstProcessOfMpirunChecksThatMpirunRunsOnItsHost() {
    Placement first =
        of(
            Recorded.MPIRUN_2_NODES,
            "OMPI_COMM_WORLD_RANK=0",
            "PMIX_SERVER_URI4=1161297920.0;tcp4://127.0.0.1:42889");
    assertThat(first.masterAddress()).isEqualTo("192.0.2.2");
    Placement elsewhere =
        of(Recorded.MPIRUN_2_NODES, "OMPI_COMM_WORLD_RANK=0", "MASTER_ADDR=10.0.0.1");
    assertThat(elsewhere.masterAddress()).isEqualTo("10.0.0.1");
  }

  /**
   * With the flag --mpi=pmi2, srun also sets PMI_RANK and PMI_SIZE, which mpiexec of MPICH sets
   * too.
   */
  @Test
  void variablesOfSrunForMpiAreNotThoseOfMpiexec() {
    assertThat(facts(of(Recorded.SRUN_2_NODES, "PMI_RANK=1", "PMI_SIZE=2")))
        .isEqualTo(List.of(2, 1, "gpu01", 20_074, false));
  }

  /**
   * The values of these variables were not recorded in a job. They follow the source code of PRRTE
   * 3, which Open MPI 5 uses.
   */
  @Test
  void openMpi5StoresTheHostInTheNameOfTheJob() {
    Placement placement =
        of(
            Recorded.MPIRUN_2_NODES,
            "OMPI_MCA_orte_hnp_uri=",
            "PMIX_NAMESPACE=prterun-gpu-a1-4711@1",
            "PMIX_SERVER_URI4=prterun-gpu-a1-4711@0.1;tcp4://127.0.0.1:42889");
    assertThat(placement.masterAddress()).isEqualTo("gpu-a1");
  }

  @Test
  void firstAddressOfMpirunsHostIsUsed() {
    assertThat(
            of(
                    Recorded.MPIRUN_2_NODES,
                    "OMPI_MCA_orte_hnp_uri=3195338752.0;tcp://10.153.72.131,172.17.0.1:10000")
                .masterAddress())
        .isEqualTo("10.153.72.131");
    assertThat(
            of(Recorded.MPIRUN_2_NODES, "OMPI_MCA_orte_hnp_uri=3195338752.0;tcp6://[fd00::2]:48365")
                .masterAddress())
        .isEqualTo("fd00::2");
  }

  @Test
  void portDiffersFromTheOneAtWhichTorchrunListens() {
    for (int port = 0; port <= 65_535; port++) {
      String changed = "MASTER_PORT=" + port;
      assertThat(of(Recorded.TORCHRUN_C10D, changed).masterPort())
          .isNotEqualTo(port)
          .isBetween(20_000, 28_999);
    }
  }

  @Test
  void stepsAndJobsThatRunAtTheSameTimeGetDifferentPorts() {
    List<Integer> ports =
        Stream.of("1:0", "1:1", "1:36", "2:0", "2:1", "67108863:0", "67108863:1")
            .map(
                ids ->
                    of(
                            Recorded.SRUN_2_NODES,
                            "SLURM_JOB_ID=" + ids.split(":")[0],
                            "SLURM_STEP_ID=" + ids.split(":")[1])
                        .masterPort())
            .toList();
    assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port >= 20_000 && port < 29_000);
  }

  @Test
  void portsOfUsersAreChecked() {
    assertThatThrownBy(() -> of("", "MASTER_PORT=65536").masterPort())
        .hasMessageContaining("65536");
    assertThatThrownBy(() -> of("", "MASTER_PORT=ssh").masterPort())
        .hasMessageContaining("MASTER_PORT")
        .hasMessageContaining("'ssh'");
  }

  @Test
  void ranksPerNodeComeFromTheUserOrFromTorchrun() {
    assertThat(of("").ranksPerNode()).isNull();
    assertThat(of("", "NUM_GPUS=3").ranksPerNode()).hasToString("NUM_GPUS=3");
    assertThat(of(Recorded.TORCHRUN).ranksPerNode()).hasToString("LOCAL_WORLD_SIZE=2");
    assertThat(of(Recorded.TORCHRUN_C10D).ranksPerNode()).isNull();
    assertThat(of(Recorded.TORCHRUN, "NUM_GPUS=4").ranksPerNode()).hasToString("NUM_GPUS=4");
    assertThat(of(Recorded.SBATCH_SCRIPT).ranksPerNode()).isNull();
  }

  @Test
  void moreGpusThanTheNodeHasAreRefused() {
    assertThatThrownBy(() -> of(Recorded.SBATCH_SCRIPT, "NUM_GPUS=5").ranksPerNode())
        .hasMessageContaining("CUDA_VISIBLE_DEVICES=0,1,2,3");
    assertThatThrownBy(
            () -> of(Recorded.SBATCH_SCRIPT, "NUM_GPUS=5", "CUDA_VISIBLE_DEVICES=").ranksPerNode())
        .hasMessageContaining("SLURM_GPUS_ON_NODE");
    assertThat(of(Recorded.SBATCH_SCRIPT, "NUM_GPUS=4").ranksPerNode().value()).isEqualTo(4);
  }

  @Test
  void notesTellWhereNodeZeroIsAndWhatDoesNotFit() {
    assertThat(of("").notes(4)).isEmpty();
    assertThat(of(Recorded.SRUN).notes(4)).isEmpty();
    assertThat(of(Recorded.SRUN_2_NODES).notes(4))
        .singleElement()
        .asString()
        .contains("node 1 ", " of 2 ", "gpu01", "20074");
    assertThat(of(Recorded.SRUN_IN_SALLOC).notes(4))
        .singleElement()
        .asString()
        .contains("2 GPUs", "SLURM_GPUS_ON_NODE", "4 ranks");
    assertThat(of(Recorded.SRUN_IN_SALLOC, "SLURM_GPUS_ON_NODE=").notes(4))
        .singleElement()
        .asString()
        .contains("SLURM_STEP_GPUS");
    assertThat(of(Recorded.SRUN_IN_SALLOC).notes(2)).isEmpty();
    assertThat(of(Recorded.TORCHRUN_2_NODES).notes(2))
        .hasSize(3)
        .anyMatch(note -> note.contains("2 workers"))
        .anyMatch(note -> note.contains("MASTER_PORT=29511") && note.contains("23511"));
    assertThat(of(Recorded.MPIRUN_2_NODES, "OMPI_MCA_orte_bound_at_launch=1").notes(2))
        .anyMatch(note -> note.contains("--bind-to none"));
  }

  @Test
  void agentsListenAtAnotherPortThanTheJob() {
    for (int port : new int[] {1, 20_000, 27_000, 28_999, 29_400, 29_500, 65_535}) {
      int agents = of("", "MASTER_PORT=" + port).agentPort();
      assertThat(agents).isBetween(20_000, 28_999).isNotEqualTo(port);
    }
    assertThat(of(Recorded.SRUN_2_NODES).agentPort()).isEqualTo(24_074);
    assertThat(of("", "MASTER_PORT=29500").agentPort()).isEqualTo(24_500);
  }
}
