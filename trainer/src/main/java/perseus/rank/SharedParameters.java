package perseus.rank;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import perseus.model.Model;
import perseus.model.layer.Parameter;
import perseus.tensor.parameter.StageParameter;
import perseus.transport.TensorGroup;

/**
 * Sums the gradients of shared parameters. A parameter is shared if several ranks of a pipeline
 * hold a copy of it. For example, the embedding on the first rank and the head on the last rank can
 * share the embedding table. After a call of {@link #reduce}, the gradient of each copy is the sum
 * of the gradients of all copies.
 */
final class SharedParameters {
  /** Ordered by name, because all ranks must sum the shared parameters in the same order. */
  private final TreeMap<String, Copy> copies = new TreeMap<>();

  private record Copy(StageParameter parameter, TensorGroup group) {}

  /**
   * Finds the parameters of which several ranks of a pipeline hold a copy.
   *
   * @param partition division of the model into stages. The partition lists the index of the first
   *     layer of each stage, and then the total number of layers.
   * @param pp number of ranks in a pipeline
   * @return names of the shared parameters; for each name, the positions in the pipeline of the
   *     ranks with a copy
   */
  static Map<String, List<Integer>> holders(Model model, List<Integer> partition, int pp) {
    Map<String, TreeSet<Integer>> holders = new TreeMap<>();
    for (int stage = 0; stage < partition.size() - 1; stage++) {
      for (int layer = partition.get(stage); layer < partition.get(stage + 1); layer++) {
        for (Parameter parameter : model.layers().get(layer).parameters()) {
          holders.computeIfAbsent(parameter.name(), name -> new TreeSet<>()).add(stage % pp);
        }
      }
    }
    Map<String, List<Integer>> shared = new LinkedHashMap<>();
    holders.forEach(
        (name, places) -> {
          if (places.size() > 1) {
            shared.put(name, List.copyOf(places));
          }
        });
    return shared;
  }

  /**
   * @param place position of this rank in the pipeline, from 0
   * @param places names of the shared parameters; for each name, the positions in the pipeline of
   *     the ranks with a copy
   * @param parameters all parameters of this rank's stages
   * @param groups function that returns the group of the ranks at the given positions in this
   *     rank's pipeline
   */
  SharedParameters(
      int place,
      Map<String, List<Integer>> places,
      List<StageParameter> parameters,
      Function<List<Integer>, TensorGroup> groups) {
    Map<String, StageParameter> byName = new TreeMap<>();
    parameters.forEach(parameter -> byName.put(parameter.name(), parameter));
    places.forEach(
        (name, holders) -> {
          if (holders.contains(place) && byName.containsKey(name)) {
            copies.put(name, new Copy(byName.get(name), groups.apply(holders)));
          }
        });
  }

  /**
   * Replaces the gradient of each copy of a shared parameter by the sum of the gradients of all
   * copies.
   */
  void reduce() {
    for (Copy copy : copies.values()) {
      NDArray gradient = copy.parameter.gradient();
      copy.group.sum(gradient);
    }
  }
}
