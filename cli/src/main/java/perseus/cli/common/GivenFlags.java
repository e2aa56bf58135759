package perseus.cli.common;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The flags that a command was given: one that changes nothing is refused, not passed over. */
public final class GivenFlags {
  private GivenFlags() {}

  /**
   * Refuses a flag that does not apply.
   *
   * @param where where it does apply: the sentence after the flag's name
   * @throws ParameterException if it was given
   */
  public static void refuse(CommandLine command, String flag, String where) {
    if (command.getParseResult().hasMatchedOption(flag)) {
      throw new ParameterException(command, flag + " " + where + ".");
    }
  }
}
