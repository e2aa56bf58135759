package perseus.cli.common;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Refuses a command if the user gave a flag that has no effect together with the other arguments.
 */
public final class GivenFlags {
  private GivenFlags() {}

  /**
   * Refuses the command if the user gave {@code flag}, which has no effect.
   *
   * @param explanation end of the error message, which follows the name of the flag and says when
   *     the flag has an effect; without a full stop
   * @throws ParameterException if the user gave the flag
   */
  public static void refuse(CommandLine command, String flag, String explanation) {
    if (command.getParseResult().hasMatchedOption(flag)) {
      throw new ParameterException(command, flag + " " + explanation + ".");
    }
  }
}
