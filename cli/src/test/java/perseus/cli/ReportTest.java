package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/**
 * Tests that the report of plans is complete, is always the same, escapes HTML, and is written
 * completely or not at all.
 */
class ReportTest {
  static final String HOSTILE_MODEL = "</title><script>alert('1')</script><img src=x> & \"m\"";

  private static final Pattern SVG = Pattern.compile("<svg .*?</svg>", Pattern.DOTALL);
  private static final Pattern COMMAND = Pattern.compile("<code>(.*?)</code>");

  @TempDir static Path home;
  private static Path profile;
  private static Path plans;
  private static Path report;

  /** Writes a profile of two stages whose notes contain hostile HTML. */
  static Path profile(Path home) throws IOException {
    Path profile = home.resolve("a profile.csv");
    Files.writeString(
        profile,
        """
        stage,instruction,frequency,time,energy
        0,forward,1410,0.10,30
        0,forward,1200,0.11,26
        0,backward,1410,0.20,60
        0,backward,1200,0.22,52
        1,forward,1410,0.12,36
        1,forward,1200,0.13,31
        1,backward,1410,0.24,70
        1,backward,1200,0.26,62
        """);
    Files.writeString(
        home.resolve("a profile.json"),
        """
        {"schema_version": 2, "source": "here", "simulated": true, "model": "%s",
         "blocking_watts": 80.0, "warnings": ["<b>first</b>", "second"]}
        """
            .formatted(HOSTILE_MODEL.replace("\"", "\\\"")));
    return profile;
  }

  @BeforeAll
  static void plan() throws IOException {
    profile = profile(home);
    plans = home.resolve("plans <of> 'a & b'");
    report = plans.resolve("report.html");
    done(plan(plans));
  }

  private static Outcome plan(Path out, Object... more) {
    Object[] arguments = {"plan", profile, "--num-microbatches", 3, "--plans", 5, "-o", out};
    return Outcome.analyze(Stream.concat(Stream.of(arguments), Stream.of(more)).toArray());
  }

  private static void done(Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }

  private static String unescaped(String html) {
    return html.replaceAll("<.*?>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
  }

  @Test
  void reportHasEveryChartAndEscapesNames() throws Exception {
    String html = Files.readString(report);
    List<String> charts = SVG.matcher(html).results().map(MatchResult::group).toList();
    // The four charts are time and energy of the plans, the timeline of an iteration, and the
    // profiles of two stages.
    assertThat(charts).hasSize(4);
    for (String chart : charts) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(chart)));
    }
    assertThat(html)
        .doesNotContain("alert('1')</script>", "<img", "<b>first")
        .contains("&lt;b&gt;first&lt;/b&gt;", "2 warnings", "Simulated GPUs.");
    assertThat(html.split("<script>", -1)).hasSize(2);
    assertThat(html.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http:", "https:", "href=\"/", "@import", "url(http");
  }

  @Test
  void commandsOfTheReportChooseTheirPlans() throws IOException {
    String html = Files.readString(report);
    List<String> rows =
        List.of(html.split("<tr>")).stream().filter(r -> r.contains("<code>")).toList();
    assertThat(rows).hasSizeGreaterThan(5);
    for (String row : rows) {
      String number = row.replaceFirst("(?s).*?<td class=\"number\">(\\d+)</td>.*", "$1");
      String command = unescaped(COMMAND.matcher(row).results().findFirst().orElseThrow().group(1));
      String quoted = "'" + plans.toString().replace("'", "'\\''") + "'";
      assertThat(command)
          .startsWith("bin/perseus-analyze pick " + quoted + " --")
          .endsWith(" -o plan.py");
      String[] goal = command.substring(command.indexOf(quoted) + quoted.length() + 1).split(" ");
      Path copy = home.resolve("plan.py");
      goal[goal.length - 1] = copy.toString();
      done(Outcome.analyze(Stream.concat(Stream.of("pick", plans), Stream.of(goal)).toArray()));
      assertThat(copy)
          .hasSameTextualContentAs(
              plans.resolve("plans/freqs_pipeline_%05d.py".formatted(Integer.parseInt(number))));
    }
  }

  @Test
  void reportCommandWritesTheSamePage() throws IOException {
    byte[] first = Files.readAllBytes(report);
    Files.delete(report);
    done(Outcome.analyze("report", plans));
    assertThat(report).hasBinaryContent(first);
    Path elsewhere = home.resolve("new/a page.html");
    done(Outcome.analyze("report", plans.resolve("plans.json"), "-o", elsewhere));
    assertThat(elsewhere).hasBinaryContent(first);
    assertThat(unescaped(Files.readString(report)))
        .contains("perseus-analyze plan '" + profile + "' --num-microbatches 3 --plans 5 -o ");
  }

  @Test
  void flagsLeaveOutReportAndCharts() throws IOException {
    Path out = Files.createDirectory(home.resolve("flags"));
    Path page = Files.createFile(out.resolve("report.html"));
    done(plan(out, "--no-report"));
    assertThat(page).doesNotExist();
    assertThat(out.resolve("frontier.svg")).isNotEmptyFile();
    Files.createFile(page);
    done(plan(out, "--no-charts"));
    assertThat(page).doesNotExist();
    assertThat(out.resolve("frontier.svg")).doesNotExist();
  }

  @Test
  void wrongOutputsAreRefusedBeforeAnythingIsWritten() throws IOException {
    Path out = home.resolve("blocked");
    Files.createDirectories(out.resolve("report.html/inside"));
    Outcome blocked = plan(out);
    assertThat(blocked.exitCode()).isEqualTo(1);
    assertThat(blocked.err()).contains("report.html");
    assertThat(out.resolve("plans.json")).doesNotExist();
    assertThat(Outcome.analyze("report", plans, "-o", home.resolve("a.pdf")).exitCode())
        .isEqualTo(2);
    assertThat(Outcome.analyze("report", home).exitCode()).isEqualTo(1);
    assertThat(Outcome.analyze("report", plans, "--baselines", "nobody").exitCode()).isEqualTo(1);
  }

  @Test
  void summaryOfOtherPlansIsRefusedAndTheOldReportStays() throws IOException {
    Path out = home.resolve("other");
    done(plan(out, "--no-charts"));
    Path page = Files.writeString(out.resolve("report.html"), "old");
    Path summary = out.resolve("summary.json");
    Files.writeString(
        summary, Files.readString(summary).replaceFirst("\"plans\" : \\d+", "\"plans\" : 77"));
    Outcome outcome = Outcome.analyze("report", out);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("summary.json", "plans.json");
    assertThat(page).hasContent("old");
    Files.delete(summary);
    done(Outcome.analyze("report", out));
    assertThat(page).content().contains("&lt;b&gt;first&lt;/b&gt;");
  }
}
