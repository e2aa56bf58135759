package perseus.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Heading;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.TimeEnergy;
import perseus.chart.kind.FrontierChart;
import perseus.savings.Table;

/** Tests that reports show every text unchanged, and that web pages load no other file. */
class ReportTest {
  private static final String HOSTILE = "<script>alert('1')</script>|\"&\n";

  private static Report report(String text) {
    List<TimeEnergy> plans = List.of(new TimeEnergy(1, 50), new TimeEnergy(2, 40));
    Chart figure =
        FrontierChart.of(
            new FrontierChart.Data(
                new Heading(text, text),
                SummedGpus.ONE,
                text,
                plans,
                plans,
                List.of(new FrontierChart.Baseline(text, List.of(new TimeEnergy(1.5, 48)))),
                new TimeEnergy(1, 60)));
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
        .doesNotContain("src=", "href=", "url(http", "@import");
    assertThat(page.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
        .doesNotContain("http:", "https:");
    assertThat(page).contains("<td class=\"number\">1.5</td>", "echo hello");
  }

  @Test
  void figureIsWellFormedAndHasDarkColours() throws Exception {
    String page = HtmlReport.format(report(HOSTILE));
    String svg = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + 6);
    Element root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)))
            .getDocumentElement();
    assertThat(root.getElementsByTagName("style").item(0).getTextContent())
        .contains("prefers-color-scheme: dark");
    assertThat(root.getElementsByTagName("text").getLength()).isPositive();
  }

  @Test
  void markdownStartsNoHtmlAndKeepsEachRowOnItsLine() {
    String text = MarkdownReport.format(report(HOSTILE));
    assertThat(text).doesNotContain("<script").contains("```\necho hello\n```");
    assertThat(text.lines().filter(line -> line.startsWith("|"))).hasSize(3);
  }
}
