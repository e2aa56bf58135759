package perseus.recording.directory;

import java.util.List;

/**
 * Describes a directory to a user.
 *
 * @param what one sentence about what the directory holds
 * @param facts further lines, in the order in which they are shown
 * @param problems sentences about what is missing or damaged
 * @param next the commands to run next, or what to do before them
 */
public record DirectoryReport(
    String what, List<String> facts, List<String> problems, List<String> next) {
  public DirectoryReport {
    facts = List.copyOf(facts);
    problems = List.copyOf(problems);
    next = List.copyOf(next);
  }
}
