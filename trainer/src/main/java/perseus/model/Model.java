package perseus.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perseus.model.layer.Layer;

/**
 * A model: the list of layers that a pipeline distributes over its stages.
 *
 * @param name unique name, such as {@code gpt3-xl}
 * @param family architecture
 * @param layers all layers, first to last
 * @param defaultSequenceLength default number of tokens in a sample; 0 for image models
 * @param maxSequenceLength maximum number of tokens in a sample: {@link Integer#MAX_VALUE} for
 *     relative positions, 0 for image models
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

  /** Number of elements of all parameters. A parameter that several layers share counts once. */
  public long parameterCount() {
    return parametersPerGpu(layers, 1);
  }

  /**
   * Number of parameter elements that each of {@code tp} GPUs holds when they share the given
   * layers. A parameter that several of these layers share counts once.
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
