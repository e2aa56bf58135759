package perseus.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;

class RegistryTest {
  private static final String GREETINGS =
      """
      package demo;
      import perseus.extension.Greeting;
      abstract class Base implements Greeting {
        public String answer() { return "bye"; }
      }
      class Helper {}
      """;

  private static final List<String> CLASSES =
      List.of(
          "Good | public String name() { return \"good\"; }",
          "Same | public String name() { return \"GOOD\"; }",
          "Thief | public String name() { return \"Plain\"; }",
          "Reserved | public String name() { return \"auto\"; }",
          "Nameless | public String name() { return null; }",
          "Spaced | public String name() { return \"a b\"; }",
          "Unnamed | public String name() { throw new IllegalStateException(\"lost\"); }",
          "Failing | public Failing() { throw new IllegalStateException(\"no disk\"); } public String name() { return \"x\"; }",
          "Refusing | public Refusing() { throw new perseus.io.UserError(\"Set DEMO_HOME.\"); } public String name() { return \"x\"; }",
          "Static | static final int X = Integer.parseInt(\"x\"); public String name() { return \"x\"; }",
          "Argument | public Argument(int i) {} public String name() { return \"x\"; }",
          "Lacking | final Helper helper = new Helper(); public String name() { return \"x\"; }",
          "Empty | public String name() { return \"empty\"; } public String answer() { return null; }",
          "Newer | public String name() { return \"x\"; }",
          "Throwing | public String name() { return \"throwing\"; } public String greet() { return List.<String>of().get(0); }");

  @TempDir static Path classes;
  @TempDir Path home;
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @BeforeAll
  static void compile() throws IOException {
    Path sources = Files.createDirectories(classes.resolve("sources/demo"));
    Files.writeString(sources.resolve("Base.java"), GREETINGS);
    for (String text : CLASSES) {
      String[] parts = text.split(" \\| ", 2);
      Files.writeString(
          sources.resolve(parts[0] + ".java"),
          "package demo; import java.util.List; public class %s extends Base { %s }"
              .formatted(parts[0], parts[1]));
    }
    Files.writeString(sources.resolve("Other.java"), "package demo; public class Other {}");
    compile(sources.getParent(), classes, System.getProperty("java.class.path"));
    Files.delete(classes.resolve("demo/Helper.class"));
    byte[] newer = Files.readAllBytes(classes.resolve("demo/Newer.class"));
    newer[7] = 99;
    Files.write(classes.resolve("demo/Newer.class"), newer);
    compileForEarlierVersion();
  }

  /**
   * Compiles a greeting with an earlier version of the interface {@link Greeting}, which lacks a
   * method.
   */
  private static void compileForEarlierVersion() throws IOException {
    Path sources = Files.createDirectories(classes.resolve("earlier"));
    Files.writeString(
        sources.resolve("Greeting.java"),
        "package perseus.extension; public interface Greeting { String name(); }");
    Files.writeString(
        sources.resolve("Earlier.java"),
        "package demo; public class Earlier implements perseus.extension.Greeting {"
            + " public String name() { return \"earlier\"; } }");
    Path output = Files.createDirectories(classes.resolve("earlier-classes"));
    compile(sources, output, "");
    Files.move(output.resolve("demo/Earlier.class"), classes.resolve("demo/Earlier.class"));
  }

  private static void compile(Path sources, Path output, String classPath) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      List<String> arguments = new ArrayList<>(List.of("-d", output.toString()));
      arguments.addAll(List.of("-proc:none", "-cp", classPath));
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
      assertThat(
              ToolProvider.getSystemJavaCompiler()
                  .run(null, null, null, arguments.toArray(String[]::new)))
          .isZero();
    }
  }

  @BeforeEach
  @AfterEach
  void restoreLoader() {
    Thread.currentThread().setContextClassLoader(before);
  }

  private static Registry<Greeting> registry() {
    return Registry.of("greeting", Greeting.class, Greeting::name, List.of(new Plain()))
        .reserving("auto");
  }

  private static final class Plain implements Greeting {
    @Override
    public String name() {
      return "plain";
    }

    @Override
    public String answer() {
      return "";
    }
  }

  /** Adds extensions to the class path that the registries of this thread search. */
  private void install(String... lines) throws IOException {
    Path services = Files.createDirectories(home.resolve("META-INF/services"));
    Files.write(services.resolve(Greeting.class.getName()), List.of(lines));
    Thread.currentThread()
        .setContextClassLoader(
            new URLClassLoader(new URL[] {home.toUri().toURL(), classes.toUri().toURL()}, before));
  }

  private static String refusal(Supplier<?> call) {
    Throwable error = catchThrowable(call::get);
    assertThat(error).isInstanceOf(ExtensionError.class);
    assertThat(error.getMessage()).doesNotContain("\n").endsWith("PERSEUS_EXTENSIONS.");
    return error.getMessage();
  }

  @Test
  void extensionIsListedAfterTheObjectsOfPerseusAndFoundByName() throws IOException {
    install("# greetings", "", "demo.Good");
    Registry<Greeting> registry = registry();
    assertThat(registry.names()).containsExactly("plain", "good");
    assertThat(registry.named("good").answer()).isEqualTo("bye");
    assertThat(registry.namedIgnoringCase("GOOD")).isSameAs(registry.find("good").orElseThrow());
    assertThat(Extensions.loaded())
        .anySatisfy(
            extension -> {
              assertThat(extension.name()).isEqualTo("good");
              assertThat(extension.kind()).isEqualTo("greeting");
              assertThat(extension.place()).isEqualTo(classes.toString());
            });
    assertThatThrownBy(() -> registry.named("goood"))
        .isInstanceOf(UserError.class)
        .isNotInstanceOf(ExtensionError.class)
        .hasMessageContaining("did you mean good?");
  }

  @Test
  void withoutExtensionsThereAreOnlyTheObjectsOfPerseus() {
    assertThat(registry().names()).containsExactly("plain");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Absent | demo.Absent, which is missing",
        "Other | demo.Other does not implement perseus.extension.Greeting",
        "Argument | demo.Argument has no public constructor",
        "Failing | demo.Failing fails: java.lang.IllegalStateException: no disk",
        "Refusing | demo.Refusing fails: Set DEMO_HOME",
        "Static | demo.Static fails: java.lang.NumberFormatException",
        "Lacking | demo.Lacking fails: it needs the class demo.Helper",
        "Newer | compiled for a newer Java",
        "Earlier | another version of Perseus (its class demo.Earlier lacks the method answer)",
        "Thief | demo.Thief has the name 'Plain', which Perseus itself has",
        "Reserved | demo.Reserved has the name 'auto', which Perseus itself has",
        "Nameless | demo.Nameless has the name 'null'",
        "Spaced | demo.Spaced has the name 'a b'",
        "Unnamed | demo.Unnamed fails: java.lang.IllegalStateException: lost",
      })
  void brokenExtensionIsRefusedInOneSentenceThatNamesIt(String name, String fault)
      throws IOException {
    install("demo." + name);
    assertThat(refusal(() -> registry().all()))
        .contains("(greeting)", fault)
        .containsAnyOf(classes.toString(), home.toString());
  }

  @Test
  void twoExtensionsWithOneNameAreRefused() throws IOException {
    install("demo.Good", "demo.Same");
    assertThat(refusal(() -> registry().named("plain")))
        .contains("demo.Same has the name 'GOOD', which another extension has");
  }

  @Test
  void serviceFileThatNamesNoClassIsRefused() throws IOException {
    install("demo.Good demo.Same");
    assertThat(refusal(() -> registry().all())).contains(home.toString());
  }

  @Test
  void extensionThatReturnsNullIsRefused() throws IOException {
    install("demo.Empty");
    Greeting empty = registry().named("empty");
    assertThat(refusal(empty::answer))
        .contains("demo.Empty returned null from the method answer", classes.toString());
    assertThat(empty).isEqualTo(empty);
    assertThat(Extensions.origin(empty)).isEqualTo("demo.Empty in " + classes);
  }

  @Test
  void errorInsideAnExtensionNamesIt() throws IOException {
    install("demo.Throwing");
    Greeting throwing = registry().named("throwing");
    Throwable error = catchThrowable(throwing::greet);
    assertThat(Extensions.blame(new IllegalStateException(error)))
        .hasValueSatisfying(
            sentence ->
                assertThat(sentence).contains(classes.toString(), "demo.Throwing", "Exception"));
    assertThat(Extensions.blame(new IllegalStateException())).isEmpty();
  }
}
