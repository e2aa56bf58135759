package perseus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;

class ResumeSettingsTest {
  private static final Map<String, String> SAVED =
      Map.of(
          "model",
          "gpt3-nano",
          "tp",
          "1",
          "pp",
          "4",
          "dp",
          "1",
          "learning_rate",
          "0.1",
          "seed",
          "1",
          "seq_length",
          "16",
          "gpu",
          "sim:a40",
          "overlap_grad_reduce",
          "true",
          "data",
          "none");

  private static List<String> differences(String name, String value, String... given) {
    Map<String, String> current = new HashMap<>(SAVED);
    current.put(name, value);
    return ResumeSettings.requireFits("step-000100", SAVED, current, List.of(given));
  }

  @Test
  void equalSettingsFit() {
    assertThat(ResumeSettings.requireFits("step-000100", SAVED, SAVED, List.of())).isEmpty();
  }

  @Test
  void anotherParallelismFitsAndIsNamed() {
    assertThat(differences("pp", "2")).containsExactly("pp 2 (was 4)");
    assertThat(differences("dp", "2")).containsExactly("dp 2 (was 1)");
  }

  @Test
  void settingsThatChangeNoResultAreNotMentioned() {
    assertThat(differences("gpu", "sim:a100-sxm")).isEmpty();
    assertThat(differences("overlap_grad_reduce", "false")).isEmpty();
  }

  @Test
  void settingsThatTheCheckpointDoesNotKnowFit() {
    assertThat(differences("new_setting", "2")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "tp"})
  void anotherModelOrTensorParallelismIsRefused(String name) {
    assertThatThrownBy(() -> differences(name, "9", name))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("step-000100 was saved with " + name + " " + SAVED.get(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"learning_rate", "seed", "seq_length", "data"})
  void settingsThatChangeLearningMustBeGiven(String name) {
    assertThatThrownBy(() -> differences(name, "9"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("saved with " + name + " " + SAVED.get(name))
        .hasMessageContaining("--" + name);
    assertThat(differences(name, "9", name))
        .containsExactly("%s 9 (was %s)".formatted(name, SAVED.get(name)));
  }
}
