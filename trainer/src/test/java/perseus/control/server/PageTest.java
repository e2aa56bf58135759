package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.policy.Schedulers;
import perseus.control.server.job.ServerSettings;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PageTest {
  @TempDir Path directory;

  @Test
  void pageLoadsNothingFromOtherHosts() throws IOException {
    for (String name : List.of("page.html", "page.js")) {
      String text =
          new String(Page.class.getResourceAsStream(name).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text.replace("http://www.w3.org/2000/svg", ""))
          .doesNotContain("http://", "https://", "//cdn");
    }
  }

  private static Path browser() {
    Path browser = Browser.find();
    assumeTrue(browser != null, "There is no Chromium on the PATH to test the page with.");
    return browser;
  }

  @Test
  void pageShowsJobChartAndSavings() throws Exception {
    Path browser = browser();
    try (PlanServer server =
        PlanServer.start(
            ServerSettings.local(
                Schedulers.choose("InstructionProfiler", Map.of(), null), 0, null))) {
      Calls calls = new Calls(server);
      String job = calls.registerAll(2, 1, 1);
      for (int round = 0; round < 3; round++) {
        calls.fetchAll(job, 2);
        calls.reportAll(job, 2);
      }
      Path page = directory.resolve("page.html");
      Process process =
          new ProcessBuilder(
                  browser.toString(),
                  "--headless",
                  "--no-sandbox",
                  "--disable-gpu",
                  "--user-data-dir=" + directory.resolve("browser"),
                  "--virtual-time-budget=3000",
                  "--dump-dom",
                  server.uri() + "/")
              .redirectOutput(page.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();

      String dom = Files.readString(page);
      assertThat(dom)
          .contains("<h2 id=\"title\">" + job)
          .contains(
              "gpt3-xl · pp 2 dp 1 tp 1 · 2 microbatches of 8 · scheduler InstructionProfiler")
          .contains("3 of 5 (measured: 1410 MHz)")
          .contains("1.0000 s", "200.0 J", "0.00 % energy");
      assertThat(dom.split("<circle ", -1)).hasSize(1 + 3);
      assertThat(dom).contains("<form id=\"straggler\" hidden");
    }
  }

  /** Runs a round and returns the clock of each pipeline's first rank. */
  private static List<Integer> nextClocks(Calls calls, String job) {
    List<Calls.Answer> answers = calls.fetchAll(job, 4);
    calls.reportAll(job, 4);
    return Stream.of(0, 2)
        .map(rank -> answers.get(rank).body().path("power_states").path(0).asInt())
        .toList();
  }

  @Test
  void stragglerSetAndClearedOnThePageTakesEffect() throws Exception {
    Path program = browser();
    try (PlanServer server =
            PlanServer.start(
                ServerSettings.local(
                    Schedulers.choose(
                        "Straggler",
                        Map.of("frontier", SavedFrontier.write(directory).toString()),
                        null),
                    0,
                    null));
        Browser browser =
            Browser.open(program, directory.resolve("profile"), URI.create(server.uri() + "/"))) {
      Calls calls = new Calls(server);
      String job = calls.registerAll(2, 2, 1);
      assertThat(nextClocks(calls, job)).containsExactly(1410, 1410);
      String shown = "document.getElementById('stragglers').textContent";
      browser.await("!document.getElementById('straggler').hidden");
      browser.await(shown + " === 'No straggler now.'");
      assertThat(browser.evaluate("document.getElementById('pipeline').options.length").asInt())
          .isEqualTo(2);

      browser.evaluate("document.getElementById('pipeline').focus()");
      browser.press("ArrowDown", 40);
      browser.type("#degree", "1.25");
      browser.click("#straggler button");
      browser.await(shown + " === 'Now: pipeline 1: 1.25'");
      assertThat(stragglers(calls, job)).isEqualTo("{\"1\":1.25}");
      assertThat(nextClocks(calls, job)).containsExactly(1395, 1410);

      // The browser's check of the input field refuses a degree below 1, so nothing is sent to the
      // server.
      browser.type("#degree", "0.5");
      browser.click("#straggler button");
      assertThat(browser.evaluate("document.getElementById('degree').validity.valid").asBoolean())
          .isFalse();
      assertThat(stragglers(calls, job)).isEqualTo("{\"1\":1.25}");

      browser.click("#clear");
      browser.await(shown + " === 'No straggler now.'");
      assertThat(stragglers(calls, job)).isEqualTo("{}");
      assertThat(nextClocks(calls, job)).containsExactly(1410, 1410);
      browser.await("document.querySelectorAll('circle').length === 3");
      assertThat(browser.evaluate("document.getElementById('error').textContent").asText())
          .isEmpty();
    }
  }

  private static String stragglers(Calls calls, String job) {
    return calls.get("/jobs/" + job).join().body().path("stragglers").toString();
  }
}
