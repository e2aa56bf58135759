package perseus.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import perseus.savings.Table;

/** Reports show every text as it is, and web pages load nothing. */
class ReportTest {
  private static final String HOSTILE = "<script>alert('1')</script>|\"&\n";

  private static Report report(String text) {
    Figure figure =
        new Figure(
            text,
            List.of(
                new Figure.Series(
                    text, true, List.of(new Figure.Point(1, 50), new Figure.Point(2, 40))),
                new Figure.Series("one", false, List.of(new Figure.Point(1.5, 48)))));
    return new Report(
        text,
        List.of(text),
        List.of(
            new Section(
                text,
                List.of(text),
                List.of(new Table(text, List.of("name", "value"), List.of(List.of(text, "1.5")))),
                List.of("echo hello"),
                List.of(figure))));
  }

  @Test
  void hostileTextIsEscapedInTheWebPage() {
    String page = HtmlReport.format(report(HOSTILE));
    assertThat(page)
        .doesNotContain("<script")
        .contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;|&quot;&amp;");
  }

  @Test
  void webPageLoadsNothingAndFollowsTheDarkSetting() {
    String page = HtmlReport.format(report("plain"));
    assertThat(page)
        .contains("default-src 'none'", "prefers-color-scheme: dark")
        .doesNotContain("http:", "https:", "src=", "href=", "url(", "@import");
    assertThat(page).contains("<td class=\"number\">1.5</td>", "echo hello");
  }

  @Test
  void figureIsWellFormedAndKeepsThePointsInsideItsFrame() throws Exception {
    String page = HtmlReport.format(report(HOSTILE));
    String svg = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + 6);
    Element root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)))
            .getDocumentElement();
    String[] line =
        ((Element) root.getElementsByTagName("polyline").item(0)).getAttribute("points").split(" ");
    assertThat(line).hasSize(2);
    double[] first = coordinates(line[0]);
    double[] second = coordinates(line[1]);
    assertThat(first[0]).isGreaterThan(70).isLessThan(second[0]);
    assertThat(second[0]).isLessThan(705);
    assertThat(first[1]).as("50 J is above 40 J").isLessThan(second[1]);
    assertThat(root.getElementsByTagName("circle").getLength()).isEqualTo(1);
  }

  private static double[] coordinates(String point) {
    String[] parts = point.split(",");
    return new double[] {Double.parseDouble(parts[0]), Double.parseDouble(parts[1])};
  }

  @Test
  void markdownStartsNoHtmlAndKeepsEachRowOnItsLine() {
    String text = MarkdownReport.format(report(HOSTILE));
    assertThat(text).doesNotContain("<script").contains("```\necho hello\n```");
    assertThat(text.lines().filter(line -> line.startsWith("|"))).hasSize(3);
  }
}
