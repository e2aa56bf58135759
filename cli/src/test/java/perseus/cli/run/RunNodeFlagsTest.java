package perseus.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    Flags flags = new Flags();
    new CommandLine(flags).parseArgs(arguments);
    return flags.nodes.nodes(environment);
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
