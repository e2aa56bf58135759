package perseus.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perseus.model.layer.Layer;

/**
 * A model as the list of layers that a pipeline distributes.
 *
 * @param name what the command line calls it
 * @param family its architecture
 * @param layers its layers, first to last
 * @param defaultSequenceLength tokens in a sample unless asked otherwise; 0 for images
 * @param maxSequenceLength tokens that it has positions for; {@link Integer#MAX_VALUE} where
 *     positions are relative, 0 for images
 */
public record Model(
    String name,
    Family family,
    List<Layer> layers,
    int defaultSequenceLength,
    int maxSequenceLength) {
  public Model {
    layers = List.copyOf(layers);
  }

  /** Number of elements of all parameters, one that several layers share counted once. */
  public long parameterCount() {
    return parametersPerGpu(layers, 1);
  }

  /**
   * Number of elements that each of {@code tp} GPUs which share the given layers holds, a parameter
   * that several of these layers share counted once.
   */
  static long parametersPerGpu(List<Layer> layers, int tp) {
    Set<String> seen = new HashSet<>();
    return layers.stream()
        .flatMap(layer -> layer.parameters().stream())
        .filter(parameter -> seen.add(parameter.name()))
        .mapToLong(parameter -> parameter.elementsPerGpu(tp))
        .sum();
  }
}
