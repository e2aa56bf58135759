package perseus.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.engine.StageProgram.Action;
import perseus.engine.StageProgram.Kind;
import perseus.engine.StageProgram.Piece;
import perseus.pipeline.Schedules;

class StageProgramTest {
  private static StageProgram program(int stage) {
    return StageProgram.of(Schedules.ONE_FORWARD_ONE_BACKWARD, stage, 4, 128);
  }

  @Test
  void numberOfInstructionsEqualsThatOfPublishedRuns() {
    // Number of instructions of each rank in the published state dumps of GPT-3 XL.
    int[] measured = {518, 520, 518, 516};
    for (int stage = 0; stage < 4; stage++) {
      assertThat(program(stage).pipeSchedule()).hasSize(measured[stage]);
    }
  }

  @Test
  void lastStageAlternatesForwardsAndBackwardsFromTheStart() {
    assertThat(program(3).actions().stream().map(Action::kind).limit(8))
        .containsExactly(
            Kind.RECV_ACTIVATION,
            Kind.LOAD,
            Kind.FORWARD,
            Kind.BACKWARD,
            Kind.SEND_GRAD_RECV_ACTIVATION,
            Kind.LOAD,
            Kind.FORWARD,
            Kind.BACKWARD);
  }

  @Test
  void earlyRecomputationPrecedesTheReceiveOfTheGradient() {
    var kinds =
        StageProgram.of(Schedules.EARLY_RECOMPUTE, 2, 4, 128).actions().stream()
            .map(Action::kind)
            .toList();
    assertThat(kinds)
        .containsSubsequence(
            Kind.FORWARD,
            Kind.SEND_ACTIVATION,
            Kind.RECOMPUTATION,
            Kind.RECV_GRAD,
            Kind.PURE_BACKWARD);
    assertThat(kinds).doesNotContain(Kind.BACKWARD);
  }

  @Test
  void lastRankOfAnInterleavedScheduleSendsActivationsToTheFirst() {
    StageProgram first = StageProgram.of(Schedules.of("interleaved:2"), 0, 2, 2);
    StageProgram last = StageProgram.of(Schedules.of("interleaved:2"), 1, 2, 2);

    assertThat(first.actions())
        .containsSubsequence(
            new Action(Kind.LOAD, new Piece(0, 1), null),
            new Action(Kind.FORWARD, new Piece(0, 1), null),
            new Action(Kind.SEND_ACTIVATION, new Piece(0, 1), null),
            new Action(Kind.RECV_ACTIVATION, null, new Piece(1, 0)),
            new Action(Kind.FORWARD, new Piece(1, 0), null));
    assertThat(last.actions())
        .containsSubsequence(
            new Action(Kind.FORWARD, new Piece(0, 0), null),
            new Action(Kind.SEND_ACTIVATION, new Piece(0, 0), null),
            new Action(Kind.LOAD, new Piece(1, 0), null),
            new Action(Kind.FORWARD, new Piece(1, 0), null),
            new Action(Kind.BACKWARD, new Piece(1, 0), null),
            new Action(Kind.SEND_GRAD_RECV_ACTIVATION, new Piece(1, 0), new Piece(1, 1)));
  }

  @ParameterizedTest
  @CsvSource({
    "1f1b, 4, 8",
    "gpipe, 4, 8",
    "gpipe_in_order, 4, 8",
    "early_recompute_1f1b, 4, 8",
    "early_recompute_merak, 4, 8",
    "interleaved:3, 4, 8"
  })
  void messagesAreReceivedInTheOrderInWhichTheyAreSent(
      String schedule, int ranks, int microbatches) {
    for (int rank = 0; rank < ranks; rank++) {
      StageProgram sender = StageProgram.of(Schedules.of(schedule), rank, ranks, microbatches);
      StageProgram next =
          StageProgram.of(Schedules.of(schedule), (rank + 1) % ranks, ranks, microbatches);
      int nextChunk = rank == ranks - 1 ? 1 : 0;
      assertThat(pieces(next, "RECV_ACTIVATION", Action::received))
          .isEqualTo(
              pieces(sender, "SEND_ACTIVATION", Action::piece).stream()
                  .map(piece -> new Piece(piece.chunk() + nextChunk, piece.microbatch()))
                  .toList());
      assertThat(
              pieces(next, "SEND_GRAD", Action::piece).stream()
                  .map(piece -> new Piece(piece.chunk() - nextChunk, piece.microbatch()))
                  .toList())
          .isEqualTo(pieces(sender, "RECV_GRAD", Action::received));
    }
  }

  private static List<Piece> pieces(
      StageProgram program, String kind, Function<Action, Piece> piece) {
    return program.actions().stream()
        .filter(action -> action.kind().name().contains(kind))
        .map(piece)
        .toList();
  }
}
