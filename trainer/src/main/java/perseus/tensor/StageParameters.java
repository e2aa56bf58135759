package perseus.tensor;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.model.Layer;
import perseus.model.Parameter;
import perseus.parallel.TensorGroup;

/** The parameters of a stage's layers, by name, each once. */
final class StageParameters {
  private final Map<String, LocalParameter> byName = new LinkedHashMap<>();

  StageParameters(StageSpec spec, NDManager manager, TensorGroup group) {
    for (Layer layer : spec.layers()) {
      for (Parameter parameter : layer.parameters()) {
        byName.computeIfAbsent(
            parameter.name(),
            name ->
                new LocalParameter(
                    parameter,
                    manager,
                    group,
                    InitialValues.of(spec.model(), parameter, spec.seed(), spec.initStd())));
      }
    }
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
