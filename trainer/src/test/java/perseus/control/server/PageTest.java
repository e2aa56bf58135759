package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
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
import perseus.control.Schedulers;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PageTest {
  @TempDir Path directory;

  @Test
  void pageNamesNoOtherHost() throws IOException {
    for (String name : List.of("page.html", "page.js")) {
      String text =
          new String(Page.class.getResourceAsStream(name).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text.replace("http://www.w3.org/2000/svg", ""))
          .doesNotContain("http://", "https://", "//cdn");
    }
  }

  @Test
  void browserShowsTheJobItsChartAndWhatItSaves() throws Exception {
    Path browser =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .flatMap(
                folder ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    assumeTrue(browser != null, "no Chromium on the PATH: the page is not tried in a browser");
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
}
