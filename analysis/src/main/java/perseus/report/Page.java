package perseus.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import perseus.chart.svg.Markup;

/**
 * Puts the content of a report into a page with its style and its script. The policy of the page
 * allows this style and this script alone, so that nothing else in the page can run, and nothing is
 * loaded.
 */
final class Page {
  private static final String STYLE = resource("report.css");
  private static final String SCRIPT = resource("report.js");

  private Page() {}

  /**
   * Returns a page.
   *
   * @param title text that is not yet escaped
   * @param content content of the page in HTML
   */
  static String of(String title, String content) {
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src 'sha256-%s'; script-src 'sha256-%s'; img-src data:; base-uri 'none'; form-action 'none'">
        <meta name="referrer" content="no-referrer">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>"""
            .formatted(hash(STYLE), hash(SCRIPT))
        + Markup.escape(title)
        + "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>"
        + STYLE
        + "</style>\n</head>\n<body>\n<main>\n"
        + content
        + "</main>\n<div id=\"tip\" hidden></div>\n<script>"
        + SCRIPT
        + "</script>\n</body>\n</html>\n";
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
