package perseus.io;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Writes paths and arguments as words of a command for a shell, with quotes where necessary. */
public final class ShellWord {
  private ShellWord() {}

  /**
   * Returns a word of a command that a shell reads as {@code text}. The text may contain any
   * characters.
   */
  public static String of(String text) {
    return text.matches("[\\w./+:,=@%-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * Returns a path as one word. A path that begins with a hyphen gets "./" before it, so that no
   * command takes it for a flag.
   */
  public static String of(Path path) {
    String text = path.toString();
    return of(text.startsWith("-") ? "./" + text : text);
  }

  /** Returns several words with a blank between them. */
  public static String join(List<String> words) {
    return words.stream().map(ShellWord::of).collect(Collectors.joining(" "));
  }
}
