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
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Controls a headless Chromium through its debugging protocol. */
public final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String READY = "DevTools listening on ";
  private static final long TIMEOUT_SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger lastCall = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
  private final Queue<JsonNode> events = new ConcurrentLinkedQueue<>();
  private String session;

  private Browser(Process process, URI debugger) {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(debugger, new Answers()).join();
  }

  /**
   * Returns the path of a browser in the directories of the environment variable PATH; null if
   * there is none.
   */
  public static Path find() {
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
   * Opens a page and waits until it is loaded.
   *
   * @param profile directory for the browser's own files; the browser creates it
   */
  public static Browser open(Path program, Path profile, URI page) throws IOException {
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
      throw new IOException("The browser has ended before it listened.");
    }
    Thread drain = new Thread(() -> log.lines().forEach(ignored -> {}));
    drain.setDaemon(true);
    drain.start();
    Browser browser = new Browser(process, URI.create(line.substring(READY.length()).strip()));
    try {
      browser.attach(page);
      browser.await(
          "decodeURI(location.href) === decodeURI(%s) && document.readyState === 'complete'"
              .formatted(JSON.valueToTree(page.toString())));
      return browser;
    } catch (RuntimeException | Error e) {
      browser.close();
      throw e;
    }
  }

  private void attach(URI page) {
    String target =
        call("Target.createTarget", Map.of("url", "about:blank")).path("targetId").asText();
    session =
        call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .path("sessionId")
            .asText();
    for (String domain : new String[] {"Runtime", "Log", "Network"}) {
      call(domain + ".enable", Map.of());
    }
    call("Page.navigate", Map.of("url", page.toString()));
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
    JsonNode answered = answer.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    if (answered.has("error") || answered.path("result").has("exceptionDetails")) {
      throw new IllegalStateException(method + ": " + answered);
    }
    return answered.path("result");
  }

  /** Returns the value of a JavaScript expression in the page. */
  public JsonNode evaluate(String expression) {
    return call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true))
        .path("result")
        .path("value");
  }

  /** Waits until a JavaScript expression in the page is true. */
  public void await(String expression) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!holds(expression)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "The expression did not become true: "
                + expression
                + "\n"
                + evaluate("document.body.innerText").asText());
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Returns whether a JavaScript expression is true. While the page is loading, the method returns
   * false.
   */
  private boolean holds(String expression) {
    try {
      return evaluate(expression).asBoolean();
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Clicks on the center of the element that a selector finds. */
  public void click(String selector) {
    String box = "document.querySelector('%s').getBoundingClientRect()".formatted(selector);
    double x = evaluate("(b => b.x + b.width / 2)(%s)".formatted(box)).asDouble();
    double y = evaluate("(b => b.y + b.height / 2)(%s)".formatted(box)).asDouble();
    for (String type : new String[] {"mousePressed", "mouseReleased"}) {
      call(
          "Input.dispatchMouseEvent",
          Map.of("type", type, "x", x, "y", y, "button", "left", "clickCount", 1));
    }
  }

  /** Replaces the text of an input field. */
  public void type(String selector, String text) {
    click(selector);
    evaluate("document.querySelector('%s').select()".formatted(selector));
    call("Input.insertText", Map.of("text", text));
  }

  /** Presses a key that stands for no character, such as ArrowDown. */
  public void press(String key, int code) {
    for (String type : new String[] {"keyDown", "keyUp"}) {
      call(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code));
    }
  }

  public void point(String selector) {
    String box = "document.querySelector('%s').getBoundingClientRect()".formatted(selector);
    // The browser sends the events of scrolling before it draws the next frame.
    evaluate(
        "document.querySelector('%s').scrollIntoView({block: 'center'});".formatted(selector)
            + "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    call(
        "Input.dispatchMouseEvent",
        Map.of(
            "type",
            "mouseMoved",
            "x",
            evaluate("(b => b.x + b.width / 2)(%s)".formatted(box)).asDouble(),
            "y",
            evaluate("(b => b.y + b.height / 2)(%s)".formatted(box)).asDouble()));
  }

  /**
   * Changes the width of the screen in pixels, and the browser's setting for dark or light pages.
   */
  public void show(int width, boolean dark) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", true));
    Map<String, Object> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /** Returns the errors and warnings in the console, and the exceptions of scripts. */
  public List<String> problems() {
    return events.stream()
        .filter(
            event ->
                List.of("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
                    .contains(event.path("method").asText()))
        .map(JsonNode::toString)
        .toList();
  }

  /**
   * Returns the addresses of all requests of the page, including requests that the page's security
   * policy has blocked.
   */
  public List<String> requests() {
    return events.stream()
        .filter(event -> event.path("method").asText().equals("Network.requestWillBeSent"))
        .map(event -> event.at("/params/request/url").asText())
        .toList();
  }

  /**
   * Asks the browser to close. If the browser does not end its processes, the method kills them.
   */
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

  /**
   * Receives messages from the browser: joins their parts, completes the calls that they answer,
   * and stores events.
   */
  private final class Answers implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      message.append(text);
      if (last) {
        try {
          JsonNode answer = JSON.readTree(message.toString());
          CompletableFuture<JsonNode> call = calls.remove(answer.path("id").asInt());
          if (call != null) {
            call.complete(answer);
          } else if (answer.has("method")) {
            events.add(answer);
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
