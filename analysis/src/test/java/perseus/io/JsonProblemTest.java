package perseus.io;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.recording.run.RunManifest;

/** Sentences about broken JSON speak of the file, not of the parser. */
class JsonProblemTest {
  @TempDir Path home;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"gpu\": NaN} | 'NaN' is no value in JSON.",
        "{\"gpu\": tru} | 'tru' is no value in JSON.",
        "{\"pp_degree\": 08} | a number must not begin with 0.",
        "{\"pp_degree\": +8} | there should be no '+'.",
        "{\"pp_degree\": 8,} | there should be no '}' in column 17.",
        "{\"pp_degree\": 8] | there should be no ']' in column 16.",
        "{\"pp_degree\": 99999999999} | a whole number is too large.",
        "{\"pp_degree\": {}} | \"pp_degree\" is of another type.",
        "{\"ranks\": [{\"rank\": []}]} | \"ranks[0].rank\" is of another type.",
        "{\"gpu\": \"\\q\"} | it is no JSON.",
        "{} {} | something follows after its end.",
        "{\"gpu\": | it ends in the middle.",
      })
  void isSaidInOwnWords(String text, String sentence) throws IOException {
    Path file = Files.writeString(home.resolve("run.json"), text);
    assertThatThrownBy(() -> RunManifest.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + " line 1 is not a run manifest: " + sentence);
  }
}
