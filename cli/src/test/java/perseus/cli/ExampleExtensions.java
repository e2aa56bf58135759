package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Compiles the project {@code examples/extensions} into a jar, as a user does with Maven. */
final class ExampleExtensions {
  static final Path PROJECT =
      Path.of(System.getProperty("perseus.root", "..")).resolve("examples/extensions");

  private ExampleExtensions() {}

  /**
   * Writes the jar of all examples.
   *
   * @param home directory for the jar and the classes
   */
  static Path jar(Path home) throws IOException {
    Path classes = Files.createDirectories(home.resolve("classes"));
    compile(files(PROJECT.resolve("src/main/java")), classes);
    Path jar = home.resolve("examples.jar");
    write(jar, List.of(classes, PROJECT.resolve("src/main/resources")));
    return jar;
  }

  /** Writes the jar of one class that implements an interface of Perseus. */
  static Path jar(Path home, String type, String className, String source) throws IOException {
    Path sources = Files.createDirectories(home.resolve(className));
    Path file = Files.writeString(sources.resolve(className + ".java"), source);
    Path content = Files.createDirectories(sources.resolve("content"));
    compile(List.of(file), content);
    Path services = Files.createDirectories(content.resolve("META-INF/services"));
    Files.writeString(services.resolve(type), className);
    Path jar = home.resolve(className + ".jar");
    write(jar, List.of(content));
    return jar;
  }

  private static void compile(List<Path> sources, Path output) {
    List<String> arguments = new ArrayList<>(List.of("-d", output.toString(), "-Xlint:all"));
    arguments.addAll(List.of("-Xlint:-classfile", "-Xlint:-processing", "-Werror", "-proc:none"));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    sources.forEach(source -> arguments.add(source.toString()));
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .isZero();
  }

  private static void write(Path jar, List<Path> roots) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Path root : roots) {
        for (Path entry : files(root)) {
          out.putNextEntry(new JarEntry(root.relativize(entry).toString()));
          out.write(Files.readAllBytes(entry));
        }
      }
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      return tree.filter(Files::isRegularFile).toList();
    }
  }
}
