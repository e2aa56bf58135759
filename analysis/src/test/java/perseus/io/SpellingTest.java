package perseus.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
  @Test
  void distanceCountsInsertionsDeletionsAndReplacements() {
    assertThat(Spelling.distance("", "")).isZero();
    assertThat(Spelling.distance("", "abc")).isEqualTo(3);
    assertThat(Spelling.distance("abc", "")).isEqualTo(3);
    assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Spelling.distance("gpipe", "gpipe")).isZero();
  }

  @Test
  void distanceCountsASwapOfNeighboursOnce() {
    assertThat(Spelling.distance("cdua", "cuda")).isEqualTo(1);
    assertThat(Spelling.distance("ab", "ba")).isEqualTo(1);
    assertThat(Spelling.distance("bacd", "abdc")).isEqualTo(2);
    // A swap turns "ca" into "ac", and an inserted "b" turns "ac" into "abc". But no character may
    // be inserted between swapped characters, so the distance is not 2.
    assertThat(Spelling.distance("ca", "abc")).isEqualTo(3);
    assertThat(Spelling.suggestion("nvlm", List.of("none", "nvml"))).contains("nvml");
  }

  @Test
  void nameThatBeginsLikeTheGivenOneIsNearest() {
    List<String> models = List.of("bert-nano", "bert-huge-uncased");
    assertThat(Spelling.nearest("bert-huge", models)).isEqualTo("bert-huge-uncased");
    assertThat(Spelling.nearest("BERT-nan", models)).isEqualTo("bert-nano");
    assertThat(Spelling.nearest("bert-nanno", models)).isEqualTo("bert-nano");
  }

  @Test
  void farNamesAreNotSuggested() {
    assertThat(Spelling.suggestion("gpip", List.of("1f1b", "gpipe"))).contains("gpipe");
    assertThat(Spelling.suggestion("zb", List.of("1f1b", "gpipe"))).isEmpty();
  }
}
