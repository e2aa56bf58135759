package perseus.cluster;

import java.util.ArrayList;
import java.util.List;
import perseus.io.UserError;

/**
 * Expands a list of nodes as Slurm writes it, such as {@code gpu[01-03,07],login}.
 *
 * <p>The grammar is:
 *
 * <pre>
 *   list   = name { "," name }
 *   name   = part { part }
 *   part   = text | "[" range { "," range } "]"
 *   range  = digits [ "-" digits ]
 * </pre>
 *
 * <p>A name with brackets stands for one host for each number in the brackets. If a name has
 * several brackets, the numbers of the last bracket change fastest: {@code r[1-2]n[1-2]} stands for
 * r1n1, r1n2, r2n1 and r2n2. Each number of a range has at least as many digits as the first number
 * of the range. For example, {@code [08-11]} stands for 08, 09, 10 and 11. The order of the hosts
 * is the order in which Slurm numbers the nodes of a step.
 *
 * <p>The expansion takes time proportional to the number of hosts, which is at most {@code
 * MAX_HOSTS}. The function hostlist_create of Slurm 24.05 (src/common/hostlist.c) defines the
 * format.
 */
final class NodeList {
  /** A list has at most {@code MAX_HOSTS} hosts, as in Slurm. */
  private static final int MAX_HOSTS = 65_536;

  /** A number of a range has at most {@code MAX_DIGITS} digits. */
  private static final int MAX_DIGITS = 9;

  private final String text;
  private final String source;
  private int position;

  private NodeList(String text, String source) {
    this.text = text;
    this.source = source;
  }

  /**
   * Returns the names of all hosts of a list, in the order of the list.
   *
   * @param text the list of nodes
   * @param source name of the environment variable that contains the list, for the error message
   * @throws UserError if the list has a syntax error; the message names the position
   */
  static List<String> expand(String text, String source) {
    return new NodeList(text, source).hosts();
  }

  private List<String> hosts() {
    List<String> hosts = new ArrayList<>();
    do {
      hosts.addAll(name());
      requireFew(hosts.size());
    } while (skip(','));
    return hosts;
  }

  private List<String> name() {
    List<String> names = List.of("");
    while (!isAtEnd() && next() != ',') {
      List<String> parts = skip('[') ? numbers() : List.of(plainText());
      requireFew((long) names.size() * parts.size());
      List<String> longer = new ArrayList<>();
      for (String name : names) {
        for (String part : parts) {
          longer.add(name + part);
        }
      }
      names = longer;
    }
    if (names.get(0).isEmpty()) {
      throw damaged("a name is missing");
    }
    return names;
  }

  private String plainText() {
    int start = position;
    while (!isAtEnd() && ",[".indexOf(next()) < 0) {
      if (next() == ']' || Character.isWhitespace(next())) {
        throw damaged("'" + next() + "' is not allowed");
      }
      position++;
    }
    return text.substring(start, position);
  }

  /**
   * Returns the numbers between two brackets, such as 1, 2, 3 and 7 for {@code [1-3,7]}. The
   * opening bracket has already been read.
   */
  private List<String> numbers() {
    List<String> numbers = new ArrayList<>();
    do {
      String first = digits();
      if (skip('-')) {
        addRange(first, digits(), numbers);
      } else {
        numbers.add(first);
      }
      requireFew(numbers.size());
    } while (skip(','));
    if (!skip(']')) {
      throw damaged("']' is missing");
    }
    return numbers;
  }

  private void addRange(String first, String last, List<String> numbers) {
    int low = Integer.parseInt(first);
    int high = Integer.parseInt(last);
    if (high < low) {
      throw damaged("the range %s-%s is empty".formatted(first, last));
    }
    requireFew((long) high - low);
    String format = "%0" + first.length() + "d";
    for (int number = low; number <= high; number++) {
      numbers.add(format.formatted(number));
    }
  }

  private String digits() {
    int start = position;
    while (!isAtEnd() && next() >= '0' && next() <= '9') {
      position++;
    }
    if (position == start) {
      throw damaged("a number is missing");
    }
    if (position - start > MAX_DIGITS) {
      throw damaged("a number has more than " + MAX_DIGITS + " digits");
    }
    return text.substring(start, position);
  }

  private boolean isAtEnd() {
    return position == text.length();
  }

  private char next() {
    return text.charAt(position);
  }

  private boolean skip(char expected) {
    if (isAtEnd() || next() != expected) {
      return false;
    }
    position++;
    return true;
  }

  private void requireFew(long hosts) {
    if (hosts > MAX_HOSTS) {
      throw damaged("the list has more than %d hosts".formatted(MAX_HOSTS));
    }
  }

  private UserError damaged(String problem) {
    return new UserError(
        "%s is '%s', which is not a list of nodes: %s at character %d. Set NNODES, NODE_RANK and MASTER_ADDR instead."
            .formatted(source, text, problem, position + 1));
  }
}
