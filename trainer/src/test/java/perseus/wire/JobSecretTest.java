package perseus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;

class JobSecretTest {
  /**
   * The expected key was computed with Python's function {@code hashlib.pbkdf2_hmac}, with the salt
   * and the number of iterations of the protocol.
   */
  @Test
  void keyOfATypedSecretIsItsPbkdf2() {
    JobSecret secret = JobSecret.ofEnvironment(Map.of("PERSEUS_JOB_SECRET", "correct horse ü"));
    assertThat(secret.keyText())
        .isEqualTo("09b91067723cf4ab5998a147e6739b3e60c108a5c784f93f66fc20fdd63042e8");
  }

  @Test
  void rankProvesWithTheKeyThatItsLauncherGivesToIt() {
    JobSecret launcher = JobSecret.random();
    byte[] data = {1, 2, 3};
    assertThat(JobSecret.ofKey(launcher.keyText()).accepts(data, launcher.proof(data))).isTrue();
    assertThat(JobSecret.random().accepts(data, launcher.proof(data))).isFalse();
  }

  @Test
  void unsetVariableIsNoSecret() {
    assertThat(JobSecret.ofEnvironment(Map.of())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void emptyVariableIsRefusedAndNotTakenForASecret(String value) {
    assertThatThrownBy(() -> JobSecret.ofEnvironment(Map.of("PERSEUS_JOB_SECRET", value)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("PERSEUS_JOB_SECRET");
  }
}
