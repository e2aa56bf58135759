package perseus.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import perseus.io.UserError;

class NodeListTest {
  private static List<String> expand(String text) {
    return NodeList.expand(text, "SLURM_STEP_NODELIST");
  }

  @Example
  void bracketsStandForNumbers() {
    assertThat(expand("gpu01")).containsExactly("gpu01");
    assertThat(expand("gpu[01-03,7]")).containsExactly("gpu01", "gpu02", "gpu03", "gpu7");
    assertThat(expand("a,b[1-2]c[3-4]")).containsExactly("a", "b1c3", "b1c4", "b2c3", "b2c4");
    assertThat(expand("[1-2]")).containsExactly("1", "2");
    assertThat(expand("n[5]-ib.example.org")).containsExactly("n5-ib.example.org");
  }

  @Example
  void firstNumberOfARangeDeterminesTheDigits() {
    assertThat(expand("n[08-11]")).containsExactly("n08", "n09", "n10", "n11");
    assertThat(expand("n[8-11]")).containsExactly("n8", "n9", "n10", "n11");
    assertThat(expand("n[099-101]")).containsExactly("n099", "n100", "n101");
    assertThat(expand("n[0-1,00-01]")).containsExactly("n0", "n1", "n00", "n01");
  }

  @Example
  void damagedListIsRefusedWithItsPosition() {
    refused("", 1);
    refused("a,", 3);
    refused(",a", 1);
    refused("a,,b", 3);
    refused("gpu[", 5);
    refused("gpu[01-", 8);
    refused("gpu[01-03", 10);
    refused("gpu[]", 5);
    refused("gpu[1,]", 7);
    refused("gpu[-3]", 5);
    refused("gpu[3-1]", 8);
    refused("gpu[1-2-3]", 8);
    refused("gpu[a]", 5);
    refused("gpu[1]]", 7);
    refused("gpu]", 4);
    refused("a b", 2);
    refused("gpu[\u0661]", 5);
    refused("gpu[0000000001]", 15);
    refused("gpu[0-99999]", 12);
    refused("gpu[1-999][1-999]", 18);
  }

  private static void refused(String text, int position) {
    assertThatThrownBy(() -> expand(text))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("SLURM_STEP_NODELIST is '" + text + "'")
        .hasMessageContaining("at character " + position + ".");
  }

  @Property(tries = 500)
  void expansionUndoesCompression(@ForAll("hosts") List<String> hosts) {
    assertThat(expand(compress(hosts))).isEqualTo(hosts);
  }

  @Property(tries = 500)
  void anyTextIsExpandedOrRefused(@ForAll("texts") String text) {
    try {
      assertThat(expand(text)).isNotEmpty().noneMatch(String::isEmpty);
    } catch (UserError e) {
      assertThat(e).hasMessageContaining("at character");
    }
  }

  @Provide
  Arbitrary<List<String>> hosts() {
    Arbitrary<String> number =
        Combinators.combine(
                Arbitraries.integers().between(0, 120), Arbitraries.integers().between(1, 4))
            .as((value, digits) -> ("%0" + digits + "d").formatted(value));
    Arbitrary<String> host =
        Combinators.combine(
                Arbitraries.of("gpu", "n", "rack2-node", ""),
                number,
                Arbitraries.of("", "-ib", ".example.org"))
            .as((prefix, digits, suffix) -> prefix + digits + suffix);
    return host.list().ofMinSize(1).ofMaxSize(40);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("a1029[]-, ").ofMaxLength(14);
  }

  /**
   * Writes a list of hosts in Slurm's form. Hosts whose names differ only in their last number
   * share a bracket. Consecutive numbers with the same number of digits are written as a range.
   */
  private static String compress(List<String> hosts) {
    StringBuilder list = new StringBuilder();
    int i = 0;
    while (i < hosts.size()) {
      String[] parts = parts(hosts.get(i));
      List<String> ranges = new ArrayList<>();
      while (i < hosts.size() && sameName(parts, parts(hosts.get(i)))) {
        String first = parts(hosts.get(i))[1];
        String last = first;
        i++;
        while (i < hosts.size()
            && sameName(parts, parts(hosts.get(i)))
            && isNext(first, last, parts(hosts.get(i))[1])) {
          last = parts(hosts.get(i))[1];
          i++;
        }
        ranges.add(first.equals(last) ? first : first + "-" + last);
      }
      list.append(list.length() == 0 ? "" : ",").append(parts[0]);
      boolean single = ranges.size() == 1 && !ranges.get(0).contains("-");
      list.append(single ? ranges.get(0) : "[" + String.join(",", ranges) + "]").append(parts[2]);
    }
    return list.toString();
  }

  /**
   * Splits a host name into three parts: the text before its last number, the number, and the text
   * after it.
   */
  private static String[] parts(String host) {
    return host.replaceFirst("^(.*?)(\\d+)(\\D*)$", "$1\n$2\n$3").split("\n", 3);
  }

  private static boolean sameName(String[] one, String[] other) {
    return one[0].equals(other[0]) && one[2].equals(other[2]);
  }

  private static boolean isNext(String first, String last, String number) {
    int next = Integer.parseInt(last) + 1;
    return ("%0" + first.length() + "d").formatted(next).equals(number);
  }
}
