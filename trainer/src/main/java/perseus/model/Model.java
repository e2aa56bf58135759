package perseus.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perseus.model.layer.Layer;

/**
 * Describes a neural network as a list of layers, which are distributed over pipeline stages.
 *
 * @param name unique name of the model, such as {@code gpt3-xl}
 * @param family family of the model, which determines its architecture
 * @param layers all layers of the model, from the first layer to the last layer
 * @param defaultSequenceLength default number of tokens in a sample (one sequence); 0 for image
 *     models
 * @param maxSequenceLength maximum number of tokens in a sample. The maximum number of tokens is
 *     {@link Integer#MAX_VALUE} for models without learned absolute positions, and 0 for image
 *     models.
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

  /**
   * Returns the number of elements of all parameters of the model. If several layers share a
   * parameter, the method counts this parameter only once.
   */
  public long parameterCount() {
    return parametersPerGpu(layers, 1);
  }

  /**
   * Returns the number of parameter elements of the given layers that one GPU holds, if {@code tp}
   * GPUs divide each layer by tensor parallelism. If several of the given layers share a parameter,
   * the method counts this parameter only once.
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
