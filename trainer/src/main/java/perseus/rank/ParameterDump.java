package perseus.rank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import perseus.io.AtomicFiles;
import perseus.tensor.parameter.StageParameter;

/**
 * Writes the parameters of a rank to a file, so that the parameters of two runs can be compared.
 */
final class ParameterDump {
  private ParameterDump() {}

  /**
   * Writes the file {@code parameters-R.npz}, where R is the number of the rank. The file {@code
   * parameters-R.npz} is a NumPy archive with one array for each parameter.
   */
  static void write(Path directory, int rank, List<StageParameter> parameters) {
    NDList values = new NDList(parameters.size());
    for (StageParameter parameter : parameters) {
      NDArray value = parameter.value().stopGradient();
      value.setName(parameter.name());
      values.add(value);
    }
    AtomicFiles.replace(
        directory.resolve("parameters-" + rank + ".npz"),
        temporary -> {
          try (OutputStream out = Files.newOutputStream(temporary)) {
            values.encode(out, NDList.Encoding.NPZ);
          }
        });
  }
}
