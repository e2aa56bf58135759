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
 * Parameters of which several ranks of a pipeline hold a copy, such as a head that is tied to the
 * embedding. The sum of the copies' gradients is the gradient of each.
 */
final class SharedParameters {
  /** By the parameter's name; all ranks go through them in the order of names. */
  private final TreeMap<String, Copy> copies = new TreeMap<>();

  private record Copy(StageParameter parameter, TensorGroup group) {}

  /** Makes the group of ranks at the given places of a pipeline. */
  @FunctionalInterface
  interface Groups {
    /**
     * @param number the same on all ranks, from 0
     */
    TensorGroup of(int number, List<Integer> places);
  }

  /**
   * The places in the pipeline that hold each parameter of which there are copies, by its name.
   *
   * @param pp ranks of a pipeline
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
   * @param place this rank's
   * @param places of all shared parameters, by name
   */
  SharedParameters(
      int place,
      Map<String, List<Integer>> places,
      List<StageParameter> parameters,
      Groups groups) {
    List<List<Integer>> distinct = new ArrayList<>(new LinkedHashSet<>(places.values()));
    Map<List<Integer>, TensorGroup> made = new LinkedHashMap<>();
    Map<String, StageParameter> byName = new TreeMap<>();
    parameters.forEach(parameter -> byName.put(parameter.name(), parameter));
    places.forEach(
        (name, holders) -> {
          if (holders.contains(place) && byName.containsKey(name)) {
            TensorGroup group =
                made.computeIfAbsent(holders, list -> groups.of(distinct.indexOf(list), list));
            copies.put(name, new Copy(byName.get(name), group));
          }
        });
  }

  /** Adds up the copies' gradients. */
  void reduce() {
    for (Copy copy : copies.values()) {
      NDArray gradient = copy.parameter.gradient();
      copy.group.sum(gradient);
    }
  }
}
