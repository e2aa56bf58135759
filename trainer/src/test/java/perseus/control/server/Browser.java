package perseus.control.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A Chromium without a window, steered through its debugging protocol as a person would. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String READY = "DevTools listening on ";
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger lastCall = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
  private String session;

  private Browser(Process process, URI debugger) {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(debugger, new Answers()).join();
  }

  /** The browser on the PATH; null where there is none. */
  static Path find() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  /**
   * Opens a page and waits until it has come.
   *
   * @param profile a directory that the browser makes for itself
   */
  static Browser open(Path program, Path profile, URI page) throws IOException {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader log =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    String line = log.readLine();
    while (line != null && !line.startsWith(READY)) {
      line = log.readLine();
    }
    if (line == null) {
      throw new IOException("The browser ends at once.");
    }
    Thread drain = new Thread(() -> log.lines().forEach(ignored -> {}));
    drain.setDaemon(true);
    drain.start();
    Browser browser = new Browser(process, URI.create(line.substring(READY.length()).strip()));
    browser.attach(page);
    browser.await("location.href === '%s' && document.readyState === 'complete'".formatted(page));
    return browser;
  }

  private void attach(URI page) {
    String target =
        call("Target.createTarget", Map.of("url", page.toString())).path("targetId").asText();
    session =
        call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .path("sessionId")
            .asText();
  }

  private JsonNode call(String method, Map<String, Object> parameters) {
    int id = lastCall.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    calls.put(id, answer);
    Map<String, Object> message =
        session == null
            ? Map.of("id", id, "method", method, "params", parameters)
            : Map.of("id", id, "method", method, "params", parameters, "sessionId", session);
    socket.sendText(JSON.valueToTree(message).toString(), true).join();
    JsonNode said = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    if (said.has("error") || said.path("result").has("exceptionDetails")) {
      throw new IllegalStateException(method + ": " + said);
    }
    return said.path("result");
  }

  /** The value of an expression in the page. */
  JsonNode evaluate(String expression) {
    return call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true))
        .path("result")
        .path("value");
  }

  /** Waits until an expression of the page is true, for which it has to be there. */
  void await(String expression) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!holds(expression)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "never true: " + expression + "\n" + evaluate("document.body.innerText").asText());
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Not yet, either, while the page is on its way. */
  private boolean holds(String expression) {
    try {
      return evaluate(expression).asBoolean();
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Clicks into the middle of what a selector finds. */
  void click(String selector) {
    String box = "document.querySelector('%s').getBoundingClientRect()".formatted(selector);
    double x = evaluate("(b => b.x + b.width / 2)(%s)".formatted(box)).asDouble();
    double y = evaluate("(b => b.y + b.height / 2)(%s)".formatted(box)).asDouble();
    for (String type : new String[] {"mousePressed", "mouseReleased"}) {
      call(
          "Input.dispatchMouseEvent",
          Map.of("type", type, "x", x, "y", y, "button", "left", "clickCount", 1));
    }
  }

  /** Replaces what stands in a field by what is typed. */
  void type(String selector, String text) {
    click(selector);
    evaluate("document.querySelector('%s').select()".formatted(selector));
    call("Input.insertText", Map.of("text", text));
  }

  /** Presses a key that has no letter, such as ArrowDown. */
  void press(String key, int code) {
    for (String type : new String[] {"keyDown", "keyUp"}) {
      call(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code));
    }
  }

  /** Lets it end itself, with all its processes and files; else ends it. */
  @Override
  public void close() {
    try {
      session = null;
      call("Browser.close", Map.of());
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      socket.abort();
    }
  }

  /** Puts messages together and hands them to whoever waits for them; events go. */
  private final class Answers implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      message.append(text);
      if (last) {
        try {
          JsonNode said = JSON.readTree(message.toString());
          CompletableFuture<JsonNode> call = calls.remove(said.path("id").asInt());
          if (call != null) {
            call.complete(said);
          }
        } catch (IOException e) {
          throw new IllegalStateException(e);
        } finally {
          message.setLength(0);
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      calls.values().forEach(call -> call.completeExceptionally(error));
    }
  }
}
