package perseus.recording.directory;

import java.util.List;

/**
 * Describes a directory to a user.
 *
 * @param what contents of the directory, in one sentence
 * @param facts further lines about the directory, in the order in which they are shown
 * @param problems sentences about missing or damaged files
 * @param next commands that the user can run next, or steps that must come first
 */
public record DirectoryReport(
    String what, List<String> facts, List<String> problems, List<String> next) {
  public DirectoryReport {
    facts = List.copyOf(facts);
    problems = List.copyOf(problems);
    next = List.copyOf(next);
  }
}
