package perseus.rank;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import perseus.model.ModelZoo;
import perseus.model.layer.Layer;
import perseus.model.layer.Parameter;
import perseus.parallel.Degrees;

/** Reads the parameters that the ranks of a job have written at its end. */
public final class DumpedParameters {
  private DumpedParameters() {}

  /**
   * Reads all parameters. Parts of a parameter that tensor parallelism has split are joined. All
   * copies of a parameter must be equal.
   */
  public static Map<String, NDArray> read(
      Path directory, String model, Degrees degrees, NDManager manager) throws IOException {
    Map<String, Integer> axes = new HashMap<>();
    for (Layer layer : ModelZoo.find(model).layers()) {
      layer.parameters().forEach(parameter -> axes.put(parameter.name(), parameter.splitAxis()));
    }
    Map<String, NDArray> all = new LinkedHashMap<>();
    for (int d = 0; d < degrees.dp(); d++) {
      for (int p = 0; p < degrees.pp(); p++) {
        Map<String, NDArray> joined = new LinkedHashMap<>();
        for (int t = 0; t < degrees.tp(); t++) {
          Path file = directory.resolve("parameters-" + degrees.rank(d, t, p) + ".npz");
          for (NDArray part : NDList.decode(manager, Files.readAllBytes(file))) {
            int axis = axes.get(part.getName());
            joined.merge(
                part.getName(),
                part,
                (before, next) ->
                    axis == Parameter.WHOLE
                        ? requireEqual(before, next)
                        : NDArrays.concat(new NDList(before, next), axis));
          }
        }
        joined.forEach((name, value) -> all.merge(name, value, DumpedParameters::requireEqual));
      }
    }
    return all;
  }

  private static NDArray requireEqual(NDArray one, NDArray other) {
    assertThat(one.contentEquals(other)).as("copies of a parameter are equal bit by bit").isTrue();
    return one;
  }
}
