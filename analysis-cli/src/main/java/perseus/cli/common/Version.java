package perseus.cli.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Reads the version of Perseus from a resource file that the build writes. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {program()};
  }

  /** Returns the name and the version of the program, such as "Perseus 1.2.0". */
  public static String program() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "Perseus " + properties.getProperty("version");
  }
}
