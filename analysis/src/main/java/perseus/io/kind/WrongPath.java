package perseus.io.kind;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import perseus.io.ShellWord;

/**
 * Writes the error message about a file or directory of a wrong kind. The message says what the
 * path leads to, and what the command expects. It also suggests a path that the user may have
 * meant, or a command that makes the expected kind.
 */
public final class WrongPath {
  private static final String ANALYSIS = "analysis";

  private WrongPath() {}

  /**
   * Returns a message such as "runs/x is a recording, not a directory of plans. Did you mean
   * runs/x/analysis?".
   *
   * @param given path that the user named, which exists
   * @param expected what the command expects, such as "a plan"
   * @param wanted kind that the command expects
   */
  public static String sentence(Path given, String expected, PathKind wanted) {
    PathKind kind = PathKind.of(given);
    boolean wantsFile = wanted == PathKind.PROFILE || wanted == PathKind.PLAN;
    String what =
        kind == wanted || kind == (wantsFile ? PathKind.FILE : PathKind.DIRECTORY)
            ? "%s is not %s.".formatted(given, expected)
            : "%s is %s, not %s.".formatted(given, kind.words(), expected);
    return what
        + near(given, wanted)
            .map(" Did you mean %s?"::formatted)
            .or(() -> command(given, kind, wanted).map(" "::concat))
            .orElse("");
  }

  /** Returns a path of the wanted kind inside or directly above the given path. */
  private static Optional<Path> near(Path given, PathKind wanted) {
    Path parent = given.toAbsolutePath().normalize().getParent();
    Path above = given.getParent() == null ? parent : given.getParent();
    Stream<Path> inside =
        wanted == PathKind.PROFILE
            ? Stream.of(
                given.resolve("profile.csv"), given.resolve(ANALYSIS).resolve("profile.csv"))
            : Stream.concat(
                Stream.of(given.resolve(ANALYSIS)),
                PathKind.names(given).stream()
                    .map(given::resolve)
                    .filter(Files::isDirectory)
                    .flatMap(inner -> Stream.of(inner, inner.resolve(ANALYSIS))));
    Stream<Path> outside =
        above == null || Files.isRegularFile(given) ? Stream.empty() : Stream.of(above);
    return Stream.concat(inside, outside).filter(path -> PathKind.of(path) == wanted).findFirst();
  }

  /** Returns a sentence that tells the user how to get something of the wanted kind. */
  private static Optional<String> command(Path given, PathKind kind, PathKind wanted) {
    return switch (kind) {
      case ARCHIVE -> Optional.of("Unpack it, and name the unpacked directory or file.");
      case RECORDING ->
          Optional.of("Make its plans first: bin/perseus-analyze " + ShellWord.of(given));
      case PROFILE ->
          Optional.of(
              "Make plans of it first: bin/perseus-analyze plan %s --num-microbatches M --blocking-power W -o plans"
                  .formatted(ShellWord.of(given)));
      case PLANS -> wanted == PathKind.RECORDING ? Optional.of(pick(given)) : Optional.empty();
      case EMPTY, DIRECTORY ->
          wanted == PathKind.PLANS
              ? Optional.of(
                  "Plans are made by: bin/perseus-analyze RECORDING, or bin/perseus-analyze plan PROFILE.csv")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static String pick(Path plans) {
    return "Choose one of its plans: bin/perseus-analyze pick %s --slowdown 1.05 -o plan.py"
        .formatted(ShellWord.of(plans));
  }
}
