package perseus.rank;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.engine.StageProgram;
import perseus.engine.StageProgram.Action;
import perseus.engine.StageProgram.Piece;
import perseus.model.Model;
import perseus.model.layer.Layer;
import perseus.model.layer.Parameter;

/**
 * Finds when the gradient of each parameter of a rank is final. A gradient is final if no later
 * backward of this rank adds to it. For each parameter, the class finds the backward and the layer
 * after which its gradient is final. If only one stage of the rank uses a parameter, its gradient
 * becomes final in the last backward of the stage. A backward begins with the last layer, so the
 * gradient is final after the first layer that uses the parameter. If several stages of the rank
 * use a parameter, its gradient is final after the last backwards of all these stages.
 *
 * <p>Gradients become final in the same order on all ranks with the same stages.
 */
final class FinalGradients {
  private final Map<Piece, Map<Integer, List<String>>> byLayer = new HashMap<>();

  private record Place(Piece backward, int layer) {}

  /**
   * @param stages the layers of each stage of the rank, in the order of the model
   */
  FinalGradients(StageProgram program, List<List<Layer>> stages) {
    Map<String, Place> last = new LinkedHashMap<>();
    for (Piece backward : lastBackwards(program)) {
      List<Layer> layers = stages.get(backward.chunk());
      for (int layer = layers.size() - 1; layer >= 0; layer--) {
        for (Parameter parameter : layers.get(layer).parameters()) {
          last.put(parameter.name(), new Place(backward, layer));
        }
      }
    }
    last.forEach(
        (name, place) ->
            byLayer
                .computeIfAbsent(place.backward, key -> new HashMap<>())
                .computeIfAbsent(place.layer, key -> new ArrayList<>())
                .add(name));
  }

  /**
   * Returns the layers of each stage of a rank.
   *
   * @param partition index of the first layer of each stage, and then the number of layers
   * @param place position of the rank in the pipeline, from 0
   * @param pp number of ranks in a pipeline
   */
  static List<List<Layer>> layers(Model model, List<Integer> partition, int place, int pp) {
    List<List<Layer>> stages = new ArrayList<>();
    for (int stage = place; stage < partition.size() - 1; stage += pp) {
      stages.add(model.layers().subList(partition.get(stage), partition.get(stage + 1)));
    }
    return stages;
  }

  /** Returns the last backward of each stage of the rank, in order of execution. */
  private static List<Piece> lastBackwards(StageProgram program) {
    Map<Integer, Piece> last = new LinkedHashMap<>();
    for (Action action : program.actions()) {
      if (action.kind().isBackward()) {
        last.remove(action.piece().chunk());
        last.put(action.piece().chunk(), action.piece());
      }
    }
    return List.copyOf(last.values());
  }

  /**
   * Returns the names of the parameters whose gradients are final after the backward of a layer.
   *
   * @param backward the stage and the microbatch to which the backward belongs
   * @param layer index of the layer in the stage
   */
  List<String> after(Piece backward, int layer) {
    return byLayer.getOrDefault(backward, Map.of()).getOrDefault(layer, List.of());
  }
}
