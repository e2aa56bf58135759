package perseus.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserHomeTest {
  @ParameterizedTest
  @CsvSource({
    "/home/ada, /elsewhere, /home/ada",
    "?, /elsewhere, /elsewhere",
    "?, relative, /nonexistent",
    "?, '', /nonexistent",
    "'', /elsewhere, /elsewhere",
  })
  void homeIsAlwaysAbsolute(String ofJava, String variable, String expected) {
    Properties properties = new Properties();
    properties.setProperty("user.home", ofJava);
    UserHome.ensureAbsolute(properties, Map.of("HOME", variable));
    assertThat(properties.getProperty("user.home")).isEqualTo(expected);
  }
}
