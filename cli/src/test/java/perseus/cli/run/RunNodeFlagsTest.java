package perseus.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.agent.hosts.AgentNodes;
import perseus.io.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class RunNodeFlagsTest {
  @Command
  private static final class Flags {
    @Mixin RunNodeFlags nodes;
  }

  private static AgentNodes nodes(Map<String, String> environment, String... arguments) {
    return nodesOf("python3 train.py", environment, arguments);
  }

  private static AgentNodes nodesOf(
      String command, Map<String, String> environment, String... arguments) {
    Flags flags = new Flags();
    new CommandLine(flags).parseArgs(arguments);
    return flags.nodes.nodes(environment, List.of(command.split(" ")));
  }

  @Test
  void withoutFlagsAndVariablesTheJobHasOneHost() {
    assertThat(nodes(Map.of("MASTER_PORT", "0"))).isEqualTo(AgentNodes.ONE);
    assertThat(nodes(Map.of("NNODES", "2", "NODE_RANK", "1"), "--nnodes", "1"))
        .isEqualTo(AgentNodes.ONE);
  }

  @Test
  void variablesDescribeTheNodes() {
    Map<String, String> variables =
        Map.of("NNODES", "2", "GROUP_RANK", "1", "MASTER_ADDR", "gpu01", "MASTER_PORT", "29500");
    AgentNodes nodes = nodes(variables);
    assertThat(nodes.nodes()).isEqualTo(2);
    assertThat(nodes.node()).isEqualTo(1);
    assertThat(nodes.address()).isEqualTo("gpu01");
    assertThat(nodes.port()).isEqualTo(24_500);
  }

  @Test
  void flagsReplaceVariables() {
    AgentNodes nodes =
        nodes(
            Map.of("NNODES", "2", "NODE_RANK", "0", "MASTER_ADDR", "gpu01"),
            "--nnodes",
            "4",
            "--node_rank",
            "3",
            "--agent_addr",
            "[::1]:7000");
    assertThat(nodes.nodes()).isEqualTo(4);
    assertThat(nodes.node()).isEqualTo(3);
    assertThat(nodes.address()).isEqualTo("::1");
    assertThat(nodes.port()).isEqualTo(7_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torchrun --nnodes 2 --node-rank 1 --master-addr gpu01 --master-port 29500 train.py",
        "/opt/my/torchrun --standalone --nnodes=2 --node_rank=1 --master_addr=gpu01 train.py --nnodes 7",
        "env -u LD_PRELOAD python3 -m torch.distributed.run --nnodes 2 --nproc-per-node 4 --node_rank 1 --master-addr gpu01 -m train",
      })
  void flagsOfTorchrunDescribeTheNodes(String command) {
    AgentNodes nodes = nodesOf(command, Map.of());
    assertThat(nodes.nodes()).isEqualTo(2);
    assertThat(nodes.node()).isEqualTo(1);
    assertThat(nodes.address()).isEqualTo("gpu01");
    assertThat(nodes.port()).isEqualTo(24_500);
    assertThat(nodesOf(command, Map.of("NODE_RANK", "0")).node()).isZero();
    assertThat(nodesOf(command, Map.of(), "--nnodes", "1")).isEqualTo(AgentNodes.ONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torchrun --nnodes 2 --rdzv-endpoint gpu01:29400 train.py",
        "torchrun --nnodes 1:4 --node-rank 1 --master-addr gpu01 train.py",
        "torchrun train.py --nnodes 2 --node-rank 1 --master-addr gpu01",
        "torchrun --nproc-per-node 4 train.py --nnodes 2 --node-rank 1 --master-addr gpu01",
        "my-torchrun --nnodes 2 --node-rank 1 --master-addr gpu01 train.py",
        "torchrun --nnodes 2 --node-rank 1 --master-addr",
        "torchrun",
      })
  void otherCommandsSayNothingAboutTheNodes(String command) {
    assertThat(nodesOf(command, Map.of())).isEqualTo(AgentNodes.ONE);
  }

  @ParameterizedTest
  @CsvSource({
    "--nnodes=0, --nnodes",
    "--nnodes=2 --node_rank=-1, --node_rank",
    "--nnodes=2 --node_rank=2, NODE_RANK is 2",
    "--nnodes=2 --node_rank=0, MASTER_ADDR",
    "--nnodes=2 --agent_addr=gpu01, HOST:PORT",
    "--nnodes=2 --agent_addr=:7000, HOST:PORT",
    "--nnodes=2 --agent_addr=gpu01:0, port from 1",
    "--nnodes=2 --agent_addr=gpu01:99999, port from 1",
    "--rendezvous_timeout=0, --rendezvous_timeout",
  })
  void wrongFlagsAreRefused(String arguments, String fact) {
    assertThatThrownBy(() -> nodes(Map.of(), arguments.split(" ")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(fact);
  }
}
