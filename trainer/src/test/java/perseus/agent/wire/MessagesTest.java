package perseus.agent.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import perseus.agent.order.RankOrder;
import perseus.agent.wire.Report.Piece;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

@Isolated("changes the default locale")
class MessagesTest {
  private final AgentClock clock = new AgentClock();

  @Test
  void noLocaleChangesTheMessagesToARecorder() throws Exception {
    RankOrder order = new RankOrder(List.of(new Piece(Instruction.FORWARD, 0, 0)));
    Locale before = Locale.getDefault();
    try {
      for (String tag : List.of("de-DE", "ar-EG-u-nu-arab")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        JsonNode ran = Report.JSON.readTree(ToRecorder.stretched(1_700_000_000.25, 1.7e9 + 0.5));
        assertThat(ran.get("from").asDouble()).isEqualTo(1_700_000_000.25);
        assertThat(ran.get("until").asDouble()).isEqualTo(1_700_000_000.5);
        JsonNode schedule =
            Report.JSON.readTree(
                ToRecorder.schedule(order.schedule(List.of(1410)), 1234, 1239, true));
        assertThat(schedule.toString())
            .isEqualTo(
                "{\"schedule\":[[\"forward\",1410]],\"from\":1234,\"await\":1239,\"record\":true}");
        assertThat(Report.JSON.readTree(ToRecorder.welcome(true, false, 60)).get("wait_seconds"))
            .hasToString("60");
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aScheduleThatStaysInForceNamesNoLastIteration() {
    assertThat(ToRecorder.schedule("[]", 5, 0, false)).doesNotContain("await");
  }

  @Test
  void instructionsWithoutTimesAreRefused() {
    for (String times : List.of("", ",1.5", ",\"a\",2", ",null,null")) {
      String line = "{\"i\":[\"forward\",0" + times + "]}";
      assertThatThrownBy(() -> Report.of(line, clock))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("forward")
          .hasMessageContaining("start and an end");
    }
  }

  @Test
  void helloOfALaterVersionNamesBothVersions() {
    assertThatThrownBy(() -> Hello.of(Report.JSON.readTree("{\"v\":9,\"rank\":0}")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("version 9")
        .hasMessageContaining("version " + Hello.VERSION);
  }
}
