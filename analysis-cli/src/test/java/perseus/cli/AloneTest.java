package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests that the analysis and its command line work on hosts that have neither the trainer nor
 * PyTorch.
 */
class AloneTest {
  @Test
  void noJarOfTheTrainerOrOfPyTorchIsOnTheClassPath() {
    assertThat(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)))
        .isNotEmpty()
        .noneMatch(entry -> entry.matches(".*(trainer|djl|pytorch|tokenizers|jetty|jna).*"));
  }

  @Test
  void noClassOfTheTrainerOrOfPyTorchCanBeLoaded() {
    for (String name : new String[] {"perseus.control.Scheduler", "ai.djl.engine.Engine"}) {
      assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
    }
  }
}
