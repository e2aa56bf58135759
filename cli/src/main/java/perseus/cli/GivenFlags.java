package perseus.cli;

import java.util.Collection;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The flags that a command was given: one that changes nothing is refused, not passed over. */
final class GivenFlags {
  private GivenFlags() {}

  /**
   * Refuses flags that do not apply.
   *
   * @param flags the flags, of which none may have been given
   * @param where where they do apply: the sentence after the flag's name
   * @throws ParameterException if one was given
   */
  static void refuse(CommandLine command, Collection<String> flags, String where) {
    for (String flag : flags) {
      if (command.getParseResult().hasMatchedOption(flag)) {
        throw new ParameterException(command, flag + " " + where + ".");
      }
    }
  }
}
