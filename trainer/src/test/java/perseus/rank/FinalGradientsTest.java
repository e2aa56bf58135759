package perseus.rank;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perseus.engine.StageProgram;
import perseus.engine.StageProgram.Action;
import perseus.engine.StageProgram.Piece;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.pipeline.Schedules;
import perseus.tensor.RankModel;
import perseus.tensor.SmallModels;
import perseus.tensor.StageModel;
import perseus.tensor.autograd.Precision;
import perseus.tensor.data.TrainingData;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/**
 * Checks {@link FinalGradients}: after a gradient is final, it must not change any more in the
 * iteration.
 */
class FinalGradientsTest {
  private static final int MICROBATCHES = 2;

  @ParameterizedTest
  @EnumSource(Family.class)
  void finalGradientsDoNotChangeAnyMore(Family family) {
    compare(family, "1f1b", 1);
  }

  /** The two stages of the rank may share parameters, such as tied embeddings. */
  @ParameterizedTest
  @EnumSource(Family.class)
  void gradientsThatTwoStagesOfARankShareAreFinalAfterBoth(Family family) {
    compare(family, "interleaved:2", 2);
  }

  @Test
  void backwardsThatRecomputeAreBackwardsToo() {
    compare(Family.GPT3, "early_recompute_merak", 1);
  }

  private static void compare(Family family, String schedule, int stages) {
    Model model = SmallModels.of(family);
    int layers = model.layers().size();
    List<Integer> partition = stages == 1 ? List.of(0, layers) : List.of(0, layers / 2, layers);
    StageProgram program = StageProgram.of(Schedules.of(schedule), 0, 1, MICROBATCHES);
    FinalGradients finals =
        new FinalGradients(program, FinalGradients.layers(model, partition, 0, 1));
    try (RankModel rank = model(model, partition)) {
      Map<String, StageParameter> parameters = new LinkedHashMap<>();
      rank.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
      Map<String, float[]> whenFinal = new LinkedHashMap<>();
      List<Integer> moments = new ArrayList<>();
      int[] moment = {0};
      run(
          program,
          rank,
          SmallModels.data(family),
          (piece, layer) -> {
            moment[0]++;
            for (String name : finals.after(piece, layer)) {
              moments.add(moment[0]);
              float[] before = whenFinal.put(name, parameters.get(name).gradient().toFloatArray());
              assertThat(before).as(name).isNull();
            }
          });
      assertThat(whenFinal).containsOnlyKeys(parameters.keySet());
      whenFinal.forEach(
          (name, gradient) ->
              assertThat(parameters.get(name).gradient().toFloatArray())
                  .as(name)
                  .isEqualTo(gradient));
      assertThat(moments.stream().distinct().count()).isGreaterThan(2);
    }
  }

  private static RankModel model(Model model, List<Integer> partition) {
    List<StageSpec> specs = new ArrayList<>();
    for (int stage = 0; stage + 1 < partition.size(); stage++) {
      specs.add(
          new StageSpec(
              model,
              partition.get(stage),
              partition.get(stage + 1),
              new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, 1),
              MICROBATCHES,
              true,
              7,
              0.3,
              Precision.FP32));
    }
    return new RankModel(specs, Device.cpu(), TensorGroup.ALONE);
  }

  private interface AfterLayer {
    void accept(Piece backward, int layer);
  }

  /** Runs the computations of an iteration on a single rank. */
  private static void run(
      StageProgram program, RankModel rank, TrainingData data, AfterLayer afterLayer) {
    Map<Piece, NDList> computed = new HashMap<>();
    try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
      for (Action action : program.actions()) {
        Piece piece = action.piece();
        switch (action.kind()) {
          case FORWARD -> {
            StageModel stage = rank.chunks().get(piece.chunk());
            NDList loaded =
                stage.loadsData() ? data.microbatch(piece.microbatch(), manager) : new NDList();
            computed.put(
                piece, stage.forward(piece.microbatch(), loaded, take(computed, piece, -1)));
          }
          case BACKWARD, FORWARD_BACKWARD ->
              computed.put(
                  piece,
                  rank.chunks()
                      .get(piece.chunk())
                      .backward(
                          piece.microbatch(),
                          take(computed, piece, 1),
                          layer -> afterLayer.accept(piece, layer)));
          default -> {
            // A job with a single rank needs no other actions.
          }
        }
      }
    }
  }

  /**
   * Removes and returns the tensors that the previous or the next stage has computed for a
   * microbatch.
   */
  private static NDList take(Map<Piece, NDList> computed, Piece piece, int distance) {
    NDList taken = computed.remove(new Piece(piece.chunk() + distance, piece.microbatch()));
    return taken == null ? new NDList() : taken;
  }
}
