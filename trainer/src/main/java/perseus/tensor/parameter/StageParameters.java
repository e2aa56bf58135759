package perseus.tensor.parameter;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import perseus.model.layer.Layer;
import perseus.model.layer.Parameter;
import perseus.tensor.autograd.Kernels;
import perseus.transport.TensorGroup;

/**
 * Holds the parameters of a stage's layers and finds a parameter by its name. If several layers
 * share a parameter, this class stores the parameter only once.
 */
public class StageParameters {
  private final Map<String, LocalParameter> byName = new LinkedHashMap<>();

  /**
   * Collects the parameters of the given layers.
   *
   * @param make function that creates a parameter from its description; it is called once for each
   *     parameter name
   */
  public StageParameters(List<Layer> layers, Function<Parameter, LocalParameter> make) {
    for (Layer layer : layers) {
      for (Parameter parameter : layer.parameters()) {
        byName.computeIfAbsent(parameter.name(), name -> make.apply(parameter));
      }
    }
  }

  /**
   * Creates the parameters of the given layers, with their initial values.
   *
   * @param spec description of any stage of the model; only its fields {@code model}, {@code seed},
   *     {@code initStd} and {@code precision} are used
   * @param layers the layers of one or more stages; this method creates their parameters
   * @param manager owner of the parameters' tensors
   * @param group the tensor-parallel ranks that share the layers of the stages
   * @param kernels operations that convert parameters to the number type (such as bfloat16) of the
   *     matrix products
   */
  public static StageParameters initial(
      StageSpec spec, List<Layer> layers, NDManager manager, TensorGroup group, Kernels kernels) {
    return new StageParameters(
        layers,
        parameter ->
            new LocalParameter(
                parameter,
                manager,
                group,
                InitialValues.of(spec.model(), parameter, spec.seed(), spec.initStd()),
                spec.precision(),
                kernels));
  }

  /** Returns those parameters of the stage that belong to the given layers. */
  public StageParameters of(List<Layer> layers) {
    return new StageParameters(layers, parameter -> get(parameter.name()));
  }

  /**
   * Finds a parameter of the stage's layers by its name.
   *
   * @throws IllegalArgumentException if no layer has a parameter with this name
   */
  public LocalParameter get(String name) {
    LocalParameter parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("No layer of the stage lists the parameter " + name);
    }
    return parameter;
  }

  /** Returns all parameters of the stage, in the order of the layers. */
  public List<StageParameter> all() {
    return List.copyOf(byName.values());
  }
}
