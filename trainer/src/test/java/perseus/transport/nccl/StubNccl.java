package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import perseus.cuda.NativeFunctions;

/**
 * Builds a stub of NCCL for hosts without GPUs, with gcc, from {@code trainer/src/test/c/nccl}. The
 * file {@code stub.h} describes the stub, and the scripts that make its calls fail.
 */
public final class StubNccl {
  private static Path built;
  private static Path loaded;

  private final NativeFunctions functions;

  private StubNccl(NativeFunctions functions) {
    this.functions = functions;
  }

  /** Returns the path of the stub's library. Skips the calling test if this machine has no gcc. */
  public static synchronized Path library() {
    if (built == null) {
      built = build();
    }
    return built;
  }

  /**
   * Returns the environment variables of processes that use the stub.
   *
   * @param directory directory for the script and the logs of the stub
   * @param script the script; see {@code stub.h}
   */
  public static Map<String, String> environment(Path directory, String script) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("script"), script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of("NCCL_LIBRARY", library().toString(), "NCCL_STUB", directory.toString());
  }

  /** Returns the calls that began or ended communicators, in all processes. */
  public static List<String> calls(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      List<String> calls = new ArrayList<>();
      for (Path log :
          files.filter(file -> file.getFileName().toString().startsWith("log-")).toList()) {
        calls.addAll(Files.readAllLines(log));
      }
      return calls;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Loads a new copy of the stub into this process, and sets its script. Each copy counts its own
   * calls, so that threads of an earlier test that still run do not change the counts.
   */
  static synchronized StubNccl load(String... script) {
    loaded = copy(library());
    StubNccl stub = new StubNccl(new NativeFunctions(loaded.toString()));
    stub.functions.call("nccl_stub_script", String.join("\n", script));
    return stub;
  }

  /** Returns the path of the copy that {@link #load} loaded last. */
  static synchronized Path loaded() {
    return loaded;
  }

  /** Returns how often a function of this copy of the stub was called. */
  int calls(String function) {
    return functions.call("nccl_stub_calls", function);
  }

  private static Path copy(Path library) {
    try {
      Path copy = Files.createTempFile("perseus-nccl", ".so.2");
      copy.toFile().deleteOnExit();
      return Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path build() {
    Path sources = Path.of(System.getProperty("perseus.root"), "trainer/src/test/c/nccl");
    try (Stream<Path> files = Files.list(sources)) {
      Path directory = Files.createTempDirectory("perseus-nccl");
      Path library = directory.resolve("libnccl.so.2");
      directory.toFile().deleteOnExit();
      library.toFile().deleteOnExit();
      List<String> command =
          new ArrayList<>(
              List.of(
                  "gcc", "-shared", "-fPIC", "-O1", "-std=gnu11", "-Wall", "-Wextra", "-Werror"));
      // With -Bsymbolic, a copy of the library calls its own functions, not those of another copy.
      command.addAll(List.of("-fvisibility=hidden", "-Wl,-Bsymbolic", "-pthread"));
      command.addAll(List.of("-o", library.toString()));
      files.map(Path::toString).filter(name -> name.endsWith(".c")).sorted().forEach(command::add);
      Process compiler = start(command);
      String output = new String(compiler.getInputStream().readAllBytes());
      assertThat(compiler.waitFor()).as(output).isZero();
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return Assumptions.abort(
          "The stub of NCCL needs gcc, which this machine lacks: " + e.getMessage());
    }
  }
}
