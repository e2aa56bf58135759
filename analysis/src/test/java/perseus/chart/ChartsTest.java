package perseus.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import perseus.io.UserError;

/** Tests that kinds of charts are found by name. */
class ChartsTest {
  @Test
  void kindsAreFoundByNameInAnyCase() {
    assertThat(Charts.all())
        .extracting(ChartKind::name)
        .containsExactly("frontier", "profile", "timeline", "savings", "recording");
    for (ChartKind kind : Charts.all()) {
      assertThat(Charts.of(kind.name())).isSameAs(kind);
      assertThat(Charts.of(kind.name().toUpperCase(java.util.Locale.ROOT))).isSameAs(kind);
      assertThat(ChartOptions.NAMES).containsAll(kind.options());
    }
  }

  @Test
  void unknownKindIsRefusedWithTheNamesOfAll() {
    assertThatThrownBy(() -> Charts.of("pie"))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("'pie'", "frontier, profile, timeline, savings and recording");
  }
}
