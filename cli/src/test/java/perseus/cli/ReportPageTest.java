package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.server.Browser;

/** Tests how a browser shows the report, and the size of the report. */
@Tag("slow")
class ReportPageTest {
  @TempDir Path home;

  @Test
  void browserShowsReportWithoutErrorsAndRequests() throws IOException {
    Path program = Browser.find();
    assumeTrue(program != null, "There is no Chromium on the PATH to test the report with.");
    Path plans = home.resolve("plans <of> 100% 'a & b'");
    Outcome planned =
        Outcome.analyze(
            "plan", ReportTest.profile(home), "--num-microbatches", 3, "--plans", 5, "-o", plans);
    assertThat(planned.exitCode()).as(planned.err()).isZero();
    Path report = plans.resolve("report.html");
    try (Browser page = Browser.open(program, home.resolve("profile"), report.toUri())) {
      assertThat(page.evaluate("document.querySelectorAll('.chart svg').length").asInt())
          .isEqualTo(4);
      assertThat(page.evaluate("document.querySelector('h1').textContent").asText())
          .contains(ReportTest.HOSTILE_MODEL);
      assertThat(page.evaluate("document.querySelectorAll('img').length").asInt()).isZero();

      page.point(".tip:last-of-type");
      page.await("!document.getElementById('tip').hidden");
      assertThat(page.evaluate("document.getElementById('tip').textContent").asText())
          .contains(" s, ", " J");

      page.evaluate("document.querySelector('.copy').scrollIntoView({block: 'center'})");
      page.click(".copy");
      page.await("document.querySelector('.copy').textContent !== 'Copy'");
      assertThat(page.evaluate("getSelection().toString()").asText())
          .isEqualTo(page.evaluate("document.querySelector('code').textContent").asText())
          .startsWith("bin/perseus-analyze pick");

      String background = "getComputedStyle(document.body).backgroundColor";
      String chart = "getComputedStyle(document.querySelector('.chart svg > path')).fill";
      for (boolean dark : new boolean[] {false, true}) {
        page.show(400, dark);
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        page.await("innerWidth === 400");
        assertThat(page.evaluate("document.documentElement.scrollWidth").asInt())
            .isLessThanOrEqualTo(400);
        assertThat(page.evaluate(background).asText())
            .isEqualTo(dark ? "rgb(21, 21, 21)" : "rgb(255, 255, 255)")
            .isEqualTo(page.evaluate(chart).asText());
      }
      assertThat(page.problems()).isEmpty();
      assertThat(page.requests())
          .isNotEmpty()
          .allMatch(address -> address.startsWith("file:") || address.startsWith("data:"))
          .filteredOn(address -> address.startsWith("file:"))
          .hasSize(1);
    }
  }

  @Test
  void reportOfTheSampleIsBelowOneMegabyte() throws IOException {
    Path sample =
        Path.of(System.getProperty("perseus.root"), "sample-profiles", "gpt3-xl_a100-pcie");
    Path plans = home.resolve("plans");
    Outcome outcome = Outcome.analyze(sample, "-o", plans);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(Files.size(plans.resolve("report.html"))).isBetween(200_000L, 1_000_000L);
    assertThat(plans.resolve("report.html")).content().contains("Simulated GPUs.", "lag ", "1f1b");
  }
}
