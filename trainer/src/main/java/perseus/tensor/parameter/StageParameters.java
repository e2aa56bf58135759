package perseus.tensor.parameter;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import perseus.model.layer.Layer;
import perseus.model.layer.Parameter;
import perseus.transport.TensorGroup;

/** The parameters of a stage's layers, by name, each once. */
public class StageParameters {
  private final Map<String, LocalParameter> byName = new LinkedHashMap<>();

  /**
   * The parameters of some layers.
   *
   * @param make makes one of its description
   */
  public StageParameters(List<Layer> layers, Function<Parameter, LocalParameter> make) {
    for (Layer layer : layers) {
      for (Parameter parameter : layer.parameters()) {
        byName.computeIfAbsent(parameter.name(), name -> make.apply(parameter));
      }
    }
  }

  /**
   * The parameters of some layers with their initial values.
   *
   * @param spec a stage of the model that they are layers of
   */
  public static StageParameters initial(
      StageSpec spec, List<Layer> layers, NDManager manager, TensorGroup group) {
    return new StageParameters(
        layers,
        parameter ->
            new LocalParameter(
                parameter,
                manager,
                group,
                InitialValues.of(spec.model(), parameter, spec.seed(), spec.initStd())));
  }

  /** Those of some of the layers. */
  public StageParameters of(List<Layer> layers) {
    return new StageParameters(layers, parameter -> get(parameter.name()));
  }

  /** The parameter of that name, which one of the layers must list. */
  public LocalParameter get(String name) {
    LocalParameter parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("No layer of the stage lists the parameter " + name);
    }
    return parameter;
  }

  public List<StageParameter> all() {
    return List.copyOf(byName.values());
  }
}
