package perseus.io;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.recording.run.RunManifest;

/** Tests that messages about wrong JSON describe the file and not the parser. */
class JsonProblemTest {
  @TempDir Path home;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"gpu\": NaN} | 'NaN' is not a JSON value.",
        "{\"gpu\": tru} | 'tru' is not a JSON value.",
        "{\"pp_degree\": 08} | a number must not begin with 0.",
        "{\"pp_degree\": +8} | unexpected '+'.",
        "{\"pp_degree\": 8,} | unexpected '}' in column 17.",
        "{\"pp_degree\": 8] | unexpected ']' in column 16.",
        "{\"pp_degree\": 99999999999} | a whole number is too large.",
        "{\"pp_degree\": {}} | \"pp_degree\" has the wrong type.",
        "{\"ranks\": [{\"rank\": []}]} | \"ranks[0].rank\" has the wrong type.",
        "{\"gpu\": \"\\q\"} | it is not valid JSON.",
        "{\"gpu\": \"a\", \"gpu\": \"b\"} | the field 'gpu' stands twice in one object.",
        "{} {} | there is more text after its end.",
        "{\"gpu\": | it ends before it is complete.",
      })
  void problemIsNamedWithoutTheParsersWords(String text, String problem) throws IOException {
    Path file = Files.writeString(home.resolve("run.json"), text);
    assertThatThrownBy(() -> RunManifest.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ", line 1, is not a run manifest: " + problem);
  }
}
