package perseus.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Heading;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.TimeEnergy;
import perseus.chart.kind.FrontierChart;
import perseus.chart.kind.FrontierChart.Baseline;
import perseus.chart.kind.ProfileChart;
import perseus.chart.kind.RecordingChart;
import perseus.chart.kind.TimelineChart;
import perseus.pipeline.Instruction;

/**
 * Tests that charts in SVG are well-formed and always the same, and that they contain text as text.
 * The charts must also contain the values that a browser shows at the pointer.
 */
class SvgTest {
  private static final String HOSTILE = "</svg><script>alert('1')</script> & \"x\" \u0000\u202E";
  private static final Heading HEADING = Heading.of(HOSTILE, HOSTILE, "a GPU", true);

  @TempDir Path directory;

  private static Chart frontier() {
    List<TimeEnergy> plans =
        List.of(new TimeEnergy(2, 6000), new TimeEnergy(2.5, 5500), new TimeEnergy(3, 5600));
    return FrontierChart.of(
        new FrontierChart.Data(
            HEADING,
            SummedGpus.ONE,
            "plans",
            plans,
            plans,
            List.of(new Baseline(HOSTILE, List.of(new TimeEnergy(2, 6600)))),
            new TimeEnergy(2, 7000)));
  }

  private static Chart timeline() {
    return TimelineChart.of(
        new TimelineChart.Data(
            HEADING,
            SummedGpus.ONE,
            List.of(
                new TimelineChart.Iteration(
                    HOSTILE,
                    4,
                    10,
                    80,
                    List.of(
                        new TimelineChart.Box(
                            0, -1, Instruction.FORWARD, 3, 0, 1, 250, 1410, true))))));
  }

  private static Chart profile(double... joules) {
    List<ProfileChart.Option> options = new ArrayList<>();
    List<TimeEnergy> hull = new ArrayList<>();
    for (int i = 0; i < joules.length; i++) {
      hull.add(new TimeEnergy(0.1 + 0.01 * i, joules[i]));
      options.add(new ProfileChart.Option(1410 - 15 * i, hull.get(i)));
    }
    return ProfileChart.of(
        new ProfileChart.Data(
            HEADING,
            SummedGpus.ONE,
            List.of(new ProfileChart.Panel(Instruction.FORWARD, options, hull))));
  }

  private static Chart recording() {
    return RecordingChart.of(
        new RecordingChart.Data(
            HEADING,
            List.of(new RecordingChart.Reading(0, 0.1, 250, 240)),
            List.of(new RecordingChart.Reading(0.05, 0.07, 260, 245)),
            List.of(new RecordingChart.Span(Instruction.FORWARD, 0, 0, 0.05))));
  }

  private static List<Chart> charts() {
    return List.of(
        frontier(),
        timeline(),
        recording(),
        profile(31.4, 27.2, 27.6),
        profile(5),
        profile(0, 1e9));
  }

  private static Document parsed(Chart chart) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(chart.svg("a").getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList found = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  private static List<String> texts(Document document, String name) {
    return elements(document, name).stream().map(Element::getTextContent).toList();
  }

  @Test
  void chartsAreWellFormedWithoutScriptsAndReferences() throws Exception {
    for (Chart chart : charts()) {
      Document document = parsed(chart);
      assertThat(elements(document, "script")).isEmpty();
      assertThat(elements(document, "image")).isEmpty();
      assertThat(chart.svg("a").replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
          .doesNotContain("href", "http", "javascript", "@import");
      assertThat(texts(document, "text").get(texts(document, "text").size() - 1)).isNotBlank();
    }
  }

  @Test
  void sameChartIsTheSameText() {
    for (int i = 0; i < charts().size(); i++) {
      assertThat(charts().get(i).svg("a")).isEqualTo(charts().get(i).svg("a"));
    }
  }

  @Test
  void everyLetterIsInATextElementOfKnownWidth() throws Exception {
    for (Chart chart : charts()) {
      Document document = parsed(chart);
      // In a chart, only the outlines of letters and digits have quadratic curves.
      assertThat(elements(document, "path"))
          .noneMatch(path -> path.getAttribute("d").contains("Q"));
      assertThat(elements(document, "text"))
          .allSatisfy(
              text -> assertThat(Double.parseDouble(text.getAttribute("textLength"))).isPositive());
    }
    assertThat(texts(parsed(frontier()), "text"))
        .contains("iteration time (s)", "iteration energy (J)", "2.0", "3.0", "6,000");
  }

  @Test
  void pointsAndBoxesHaveTheirValues() throws Exception {
    assertThat(texts(parsed(frontier()), "title"))
        .contains(
            "plan\n2.50000 s, 5500.00 J\n21.43 % less energy than all-max, in 1.2500 × its time",
            "all-max: all at the highest frequency\n2.00000 s, 7000.00 J");
    assertThat(texts(parsed(profile(31.4, 27.2)), "title"))
        .contains("1395 MHz\n110.00 ms, 27.200 J");
    assertThat(texts(parsed(timeline()), "title"))
        .containsExactly(
            "stage 0: forward of microbatch 3\n0.0000 to 1.0000 s (1000.00 ms), 250.0 W, 250.00 J\n1410 MHz\non the critical path");
  }

  @Test
  void readingsAndExecutionsOfARecordingHaveTheirValues() throws Exception {
    assertThat(texts(parsed(recording()), "title"))
        .contains(
            "forward of microbatch 0\n0.0000 to 0.0500 s (50.00 ms)",
            "power sample: 260.0 W\n0.0500 to 0.0700 s\nfitted: 245.0 W");
    Chart samplesAlone =
        RecordingChart.of(
            new RecordingChart.Data(
                HEADING,
                List.of(),
                List.of(new RecordingChart.Reading(0.05, 0.07, 260, Double.NaN)),
                List.of()));
    assertThat(texts(parsed(samplesAlone), "title"))
        .containsExactly("power sample: 260.0 W\n0.0500 to 0.0700 s");
  }

  @Test
  void eachColourOfAChartHasADarkOne() throws Exception {
    for (Chart chart : charts()) {
      Document document = parsed(chart);
      String style = texts(document, "style").get(0);
      assertThat(elements(document, "path"))
          .allSatisfy(
              path -> {
                for (String attribute : List.of("fill", "stroke")) {
                  if (path.getAttribute(attribute).startsWith("#")) {
                    assertThat(style)
                        .contains("[%s=\"%s\"]".formatted(attribute, path.getAttribute(attribute)));
                  }
                }
              });
    }
  }

  @Test
  void clippedLinesReferToClipsOfTheirOwnDocument() throws Exception {
    Document document = parsed(frontier());
    List<String> ids =
        elements(document, "clipPath").stream().map(clip -> clip.getAttribute("id")).toList();
    assertThat(ids).isNotEmpty().allMatch(id -> id.startsWith("a-")).doesNotHaveDuplicates();
    assertThat(elements(document, "path"))
        .filteredOn(path -> path.hasAttribute("clip-path"))
        .allMatch(
            path ->
                ids.stream()
                    .anyMatch(id -> path.getAttribute("clip-path").equals("url(#" + id + ")")));
  }

  @Test
  void endingOfTheNameChoosesTheFormat() throws IOException {
    Path svg = directory.resolve("a b.SVG");
    frontier().write(svg);
    assertThat(svg).content().startsWith("<svg ").endsWith("</svg>\n");
    Path png = directory.resolve("a.png");
    frontier().write(png);
    assertThat(ImageIO.read(Files.newInputStream(png))).isNotNull();
  }
}
