package perseus.cli.common;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Refuses flags that have no effect in the way a command was called. */
public final class GivenFlags {
  private GivenFlags() {}

  /**
   * Refuses a flag that has no effect.
   *
   * @param explanation the error's sentence after the flag's name, without a full stop; it tells
   *     when the flag has an effect
   * @throws ParameterException if the flag was given
   */
  public static void refuse(CommandLine command, String flag, String explanation) {
    if (command.getParseResult().hasMatchedOption(flag)) {
      throw new ParameterException(command, flag + " " + explanation + ".");
    }
  }
}
