package perseus.tensor;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import perseus.model.Layer;
import perseus.model.Parameter;
import perseus.parallel.TensorGroup;

/** The parameters of a stage's layers, by name, each once. */
class StageParameters {
  private final Map<String, LocalParameter> byName = new LinkedHashMap<>();

  /**
   * The parameters of some layers.
   *
   * @param make makes one of its description
   */
  StageParameters(List<Layer> layers, Function<Parameter, LocalParameter> make) {
    for (Layer layer : layers) {
      for (Parameter parameter : layer.parameters()) {
        byName.computeIfAbsent(parameter.name(), name -> make.apply(parameter));
      }
    }
  }

  /** A stage's parameters with their initial values. */
  static StageParameters initial(StageSpec spec, NDManager manager, TensorGroup group) {
    return new StageParameters(
        spec.layers(),
        parameter ->
            new LocalParameter(
                parameter,
                manager,
                group,
                InitialValues.of(spec.model(), parameter, spec.seed(), spec.initStd())));
  }

  /** The parameter of that name, which one of the layers must list. */
  LocalParameter get(String name) {
    LocalParameter parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("No layer of the stage lists the parameter " + name);
    }
    return parameter;
  }

  List<StageParameter> all() {
    return List.copyOf(byName.values());
  }
}
