package perseus.io;

import java.nio.file.Path;

/** Writes paths into commands that users copy into a shell. */
public final class ShellWord {
  private ShellWord() {}

  /** Returns a path as one word of a shell command, in quotes if it needs them. */
  public static String of(Path path) {
    String text = path.toString();
    return text.matches("[\\w./+:,=@%-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
