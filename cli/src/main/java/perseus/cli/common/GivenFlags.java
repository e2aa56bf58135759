package perseus.cli.common;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Refuses flags that have no effect together with the other arguments of a command. */
public final class GivenFlags {
  private GivenFlags() {}

  /**
   * Refuses a flag that has no effect.
   *
   * @param explanation second part of the error message, after the name of the flag and without a
   *     full stop; it says when the flag has an effect
   * @throws ParameterException if the user gave the flag
   */
  public static void refuse(CommandLine command, String flag, String explanation) {
    if (command.getParseResult().hasMatchedOption(flag)) {
      throw new ParameterException(command, flag + " " + explanation + ".");
    }
  }
}
