package perseus.rank;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import perseus.model.Model;
import perseus.model.layer.Parameter;
import perseus.tensor.parameter.StageParameter;
import perseus.transport.TensorGroup;

/**
 * Sums the gradients of parameters of which several ranks of a pipeline hold a copy, such as a head
 * that is tied to the embedding. Each copy then has the sum of all copies' gradients.
 */
final class SharedParameters {
  /** By the name of the parameter: all ranks must sum in the same order. */
  private final TreeMap<String, Copy> copies = new TreeMap<>();

  private record Copy(StageParameter parameter, TensorGroup group) {}

  /** Makes groups of ranks of a pipeline. */
  @FunctionalInterface
  interface Groups {
    /**
     * Returns the group of the ranks at the given places.
     *
     * @param number the group's number, from 0; equal on all ranks
     * @param places places in the pipeline, from 0, in ascending order
     */
    TensorGroup of(int number, List<Integer> places);
  }

  /**
   * Finds the parameters that several ranks of a pipeline hold.
   *
   * @param partition the first layer of each stage, followed by the number of layers
   * @param pp number of ranks of a pipeline
   * @return the places in the pipeline that hold a copy, by the name of the parameter
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
   * @param place this rank's place in the pipeline
   * @param places the places that hold a copy, by the name of the parameter
   * @param parameters this rank's parameters
   */
  SharedParameters(
      int place,
      Map<String, List<Integer>> places,
      List<StageParameter> parameters,
      Groups groups) {
    List<List<Integer>> distinct = new ArrayList<>(new LinkedHashSet<>(places.values()));
    Map<List<Integer>, TensorGroup> groupsByPlaces = new LinkedHashMap<>();
    Map<String, StageParameter> byName = new TreeMap<>();
    parameters.forEach(parameter -> byName.put(parameter.name(), parameter));
    places.forEach(
        (name, holders) -> {
          if (holders.contains(place) && byName.containsKey(name)) {
            TensorGroup group =
                groupsByPlaces.computeIfAbsent(
                    holders, list -> groups.of(distinct.indexOf(list), list));
            copies.put(name, new Copy(byName.get(name), group));
          }
        });
  }

  /** Replaces the gradient of each copy by the sum of all copies' gradients. */
  void reduce() {
    for (Copy copy : copies.values()) {
      NDArray gradient = copy.parameter.gradient();
      copy.group.sum(gradient);
    }
  }
}
