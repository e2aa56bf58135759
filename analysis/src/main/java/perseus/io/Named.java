package perseus.io;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds a thing by the name that a user gave, such as a planner or a schedule, and creates the
 * error for an unknown name.
 */
public final class Named {
  private Named() {}

  /**
   * Returns the thing with exactly the given name.
   *
   * @param kind what all these things are, for the error message, such as "rank order"
   * @param given the name that the user gave
   * @param all all things that there are, at least one
   * @param name returns a thing's name
   * @throws UserError if no thing has this name; the message lists all names
   */
  public static <T> T find(String kind, String given, List<T> all, Function<T, String> name) {
    for (T thing : all) {
      if (name.apply(thing).equals(given)) {
        return thing;
      }
    }
    throw unknown(kind, given, all.stream().map(name).toList());
  }

  /**
   * Returns the thing with the given name in upper or lower case.
   *
   * @throws UserError if no thing has this name; the message lists all names
   * @see #find
   */
  public static <T> T findIgnoringCase(
      String kind, String given, List<T> all, Function<T, String> name) {
    for (T thing : all) {
      if (name.apply(thing).equalsIgnoreCase(given)) {
        return thing;
      }
    }
    throw unknown(kind, given, all.stream().map(name).toList());
  }

  /**
   * Returns the error for an unknown name, with a similar name if there is one, and all names:
   * "Unknown schedule 'gpip' (did you mean gpipe?); there are 1f1b, gpipe and interleaved:V."
   *
   * @param kind what the names are, such as "schedule"
   * @param given the name that the user gave
   * @param names all names that there are, at least one
   */
  public static UserError unknown(String kind, String given, Collection<String> names) {
    Optional<String> similar = Spelling.suggestion(given.trim(), names);
    return new UserError(
        "Unknown %s '%s'%s; there %s %s."
            .formatted(
                kind,
                given,
                similar.map(name -> " (did you mean " + name + "?)").orElse(""),
                names.size() == 1 ? "is" : "are",
                list(List.copyOf(names))));
  }

  /** Returns names as a list in words: "a", "a and b", or "a, b and c". */
  public static String list(List<String> names) {
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }
}
