package perseus.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandNameTest {
  private static String name(String... command) {
    return CommandName.of(List.of(command));
  }

  @Test
  void theScriptNamesTheJobElseTheModuleElseTheProgram() {
    assertThat(name("torchrun", "--nproc-per-node", "4", "src/pretrain_gpt.py", "--lr", "1"))
        .isEqualTo("pretrain_gpt");
    assertThat(name("/usr/bin/python3", "-m", "my.pkg.train")).isEqualTo("train");
    assertThat(name("./my job.sh")).isEqualTo("my-job.sh");
    assertThat(name("/")).isNotEmpty();
  }
}
