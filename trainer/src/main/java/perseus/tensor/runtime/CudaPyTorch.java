package perseus.tensor.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Finds an installed PyTorch for CUDA that is compatible with DJL's native library. Maven Central
 * has no PyTorch 2.7.1 for CUDA, so the PyTorch of the user's Python is used.
 *
 * @param environment environment variables with which the processes of ranks load the PyTorch that
 *     was found
 * @param found whether a compatible PyTorch for CUDA was found
 * @param explanation text for the user about the result of the search, without a full stop. If a
 *     compatible PyTorch was found, the explanation names its version and its folder. If no
 *     compatible PyTorch was found, the explanation gives the reason and tells the user what to do.
 */
public record CudaPyTorch(Map<String, String> environment, boolean found, String explanation) {
  private static final String LIBRARIES = "PYTORCH_LIBRARY_PATH";
  private static final String CUDA_LIBRARY = "libtorch_cuda.so";

  /** CUDA 12.8, for which DJL publishes its native library, in PyTorch's notation. */
  private static final String FLAVOR = "cu128";

  private static final int PYTHON_SECONDS = 20;

  /**
   * Python code that prints the version and the folder of the installed package torch, without
   * importing it.
   */
  private static final String PROBE =
      """
      import importlib.metadata, importlib.util
      spec = importlib.util.find_spec("torch")
      if spec:
          print(importlib.metadata.version("torch"))
          print(list(spec.submodule_search_locations)[0])
      """;

  /**
   * Searches for PyTorch: first in the folder that the environment variable PYTORCH_LIBRARY_PATH
   * names, then in the user's Python.
   *
   * @param environment environment variables of this process
   */
  public static CudaPyTorch find(Map<String, String> environment) {
    if (isNamed(environment)) {
      Path folder = Path.of(environment.get(LIBRARIES));
      return Files.exists(folder.resolve(CUDA_LIBRARY))
          ? new CudaPyTorch(Map.of(), true, "PyTorch in " + folder + " (" + LIBRARIES + ")")
          : missing("%s=%s has no %s".formatted(LIBRARIES, folder, CUDA_LIBRARY));
    }
    String platform =
        CpuPyTorch.platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    if (CudaPyTorch.class.getResource("/jnilib/%s/%s/libdjl_torch.so".formatted(platform, FLAVOR))
        == null) {
      return missing("DJL has no native library for CUDA on " + platform);
    }
    return installed(probe(), requiredVersion());
  }

  /** Returns whether the environment variable PYTORCH_LIBRARY_PATH names the folder of PyTorch. */
  public static boolean isNamed(Map<String, String> environment) {
    String libraries = environment.get(LIBRARIES);
    return libraries != null && !libraries.isBlank();
  }

  /**
   * @param lines lines that Python has printed: the version of the package torch, and its folder.
   *     If torch is not installed, {@code lines} is empty.
   */
  static CudaPyTorch installed(List<String> lines, String required) {
    String advice =
        "install it with pip install torch==%s --index-url https://download.pytorch.org/whl/%s"
            .formatted(required, FLAVOR);
    if (lines.size() < 2) {
      return missing("Python has no PyTorch; " + advice);
    }
    String version = lines.get(0);
    Path folder = Path.of(lines.get(1)).resolve("lib");
    if (!version.split("\\+", 2)[0].equals(required)) {
      return missing(
          "PyTorch %s is installed in %s, but version %s is needed; %s"
              .formatted(version, folder, required, advice));
    }
    if (!Files.exists(folder.resolve(CUDA_LIBRARY))) {
      return missing("PyTorch in %s is for CPUs only; %s".formatted(folder, advice));
    }
    return new CudaPyTorch(
        Map.of(LIBRARIES, folder.toString(), "PYTORCH_VERSION", required, "PYTORCH_FLAVOR", FLAVOR),
        true,
        "PyTorch %s in %s".formatted(version, folder));
  }

  private static CudaPyTorch missing(String explanation) {
    return new CudaPyTorch(Map.of(), false, explanation);
  }

  private static List<String> probe() {
    try {
      Process python =
          new ProcessBuilder("python3", "-c", PROBE)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      python.getOutputStream().close();
      String output =
          new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!python.waitFor(PYTHON_SECONDS, TimeUnit.SECONDS)) {
        python.destroyForcibly();
      }
      return output.lines().toList();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** Returns the version of PyTorch for which DJL's native library was built. */
  private static String requiredVersion() {
    Properties properties = new Properties();
    try (InputStream in = CudaPyTorch.class.getResourceAsStream("/jnilib/pytorch.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("The version of DJL's native library cannot be read.", e);
    }
    return properties.getProperty("jni_version").split("-", 2)[0];
  }
}
