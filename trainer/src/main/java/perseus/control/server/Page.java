package perseus.control.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import perseus.control.server.http.Answer;

/**
 * Provides the web page of the plan server. The web page consists of an HTML file and a script,
 * which are resources beside the class {@code Page}.
 */
final class Page {
  /**
   * HTTP headers with two prohibitions: the page must not load files from other servers, and other
   * pages must not show it in a frame.
   */
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
              + " frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cache-Control",
          "no-cache");

  private final Answer html = read("page.html", "text/html; charset=utf-8");
  private final Answer script = read("page.js", "text/javascript; charset=utf-8");

  Answer html() {
    return html;
  }

  Answer script() {
    return script;
  }

  private static Answer read(String name, String contentType) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new Answer(200, contentType, in.readAllBytes(), HEADERS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
