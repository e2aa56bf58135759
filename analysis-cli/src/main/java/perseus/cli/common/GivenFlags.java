package perseus.cli.common;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Refuses to run a command if the user gave a flag that has no effect. */
public final class GivenFlags {
  private GivenFlags() {}

  /**
   * Refuses to run the command if the user gave the flag {@code flag}, which has no effect.
   *
   * @param explanation end of the error message, without a full stop. The error message consists of
   *     the name of the flag and the explanation, which says when the flag has an effect.
   * @throws ParameterException if the user gave the flag {@code flag}
   */
  public static void refuse(CommandLine command, String flag, String explanation) {
    if (command.getParseResult().hasMatchedOption(flag)) {
      throw new ParameterException(command, flag + " " + explanation + ".");
    }
  }
}
