package perseus.cli.common;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Prints the flags of a command in groups. Each mixin with a {@link FlagGroup} is a group. All
 * other flags come first, without a heading.
 */
final class GroupedHelp {
  private GroupedHelp() {}

  /** Makes a command print its flags in groups. */
  static void install(CommandLine line) {
    line.getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> options(help, line));
  }

  private static String options(Help help, CommandLine line) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    List<OptionSpec> others = new ArrayList<>(line.getCommandSpec().options());
    collect(line.getCommandSpec(), groups, others);
    StringBuilder text = new StringBuilder(list(help, others));
    groups.forEach(
        (heading, options) ->
            text.append(System.lineSeparator())
                .append(heading)
                .append(':')
                .append(System.lineSeparator())
                .append(list(help, options)));
    return text.toString();
  }

  /**
   * Moves the flags of each group from {@code others} to the group. The groups within a group take
   * their flags first.
   */
  private static void collect(
      CommandSpec spec, Map<String, List<OptionSpec>> groups, List<OptionSpec> others) {
    for (CommandSpec mixin : spec.mixins().values()) {
      FlagGroup group = mixin.userObject().getClass().getAnnotation(FlagGroup.class);
      if (group == null) {
        collect(mixin, groups, others);
        continue;
      }
      List<OptionSpec> own = new ArrayList<>();
      groups.put(group.value(), own);
      collect(mixin, groups, others);
      others.stream().filter(option -> contains(mixin, option)).forEach(own::add);
      others.removeAll(own);
    }
  }

  private static boolean contains(CommandSpec mixin, OptionSpec option) {
    return mixin.options().stream().anyMatch(own -> own.longestName().equals(option.longestName()));
  }

  private static String list(Help help, List<OptionSpec> options) {
    Help.Layout layout = help.createDefaultLayout();
    layout.addOptions(options, help.parameterLabelRenderer());
    return layout.toString();
  }
}
