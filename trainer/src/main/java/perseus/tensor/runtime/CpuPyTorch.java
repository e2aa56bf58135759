package perseus.tensor.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/**
 * Finds out whether the class path contains the PyTorch for CPUs that fits the operating system and
 * the processor of this host.
 */
public final class CpuPyTorch {
  private static final String DESCRIPTION = "/native/lib/pytorch.properties";

  private CpuPyTorch() {}

  /**
   * Returns the reason why this process cannot compute on CPUs, as a sentence without a full stop;
   * empty if it can.
   */
  public static Optional<String> problem() {
    return problem(
        platform(System.getProperty("os.name"), System.getProperty("os.arch")), found(DESCRIPTION));
  }

  /**
   * @param platform operating system and processor, such as {@code linux-x86_64}
   * @param found platform of the PyTorch on the class path; null if there is none
   */
  static Optional<String> problem(String platform, String found) {
    if (platform.equals(found)) {
      return Optional.empty();
    }
    return Optional.of(
        found == null
            ? "PyTorch for CPUs is not installed: the jar pytorch-native-cpu for %s is missing"
                .formatted(platform)
            : "PyTorch for %s is installed, but this host is %s; build Perseus on this host"
                .formatted(found, platform));
  }

  /** Returns the name that PyTorch's libraries use for an operating system and a processor. */
  static String platform(String system, String processor) {
    String name = system.toLowerCase(Locale.ROOT).split(" ", 2)[0];
    return name + "-" + (processor.equals("amd64") ? "x86_64" : processor);
  }

  private static String found(String resource) {
    try (InputStream in = CpuPyTorch.class.getResourceAsStream(resource)) {
      if (in == null) {
        return null;
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("classifier");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
