package perseus.report;

import java.nio.charset.StandardCharsets;
import perseus.chart.svg.Markup;
import perseus.io.Resources;
import perseus.io.Sha256;

/**
 * Puts the content of a report into a page with its style and its script. The policy of the page
 * allows this style and this script alone, so that nothing else in the page can run, and nothing is
 * loaded.
 */
final class Page {
  private static final String STYLE = Resources.text(Page.class, "report.css");
  private static final String SCRIPT = Resources.text(Page.class, "report.js");

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

  private static String hash(String text) {
    Sha256 hash = new Sha256();
    hash.add(StandardCharsets.UTF_8.encode(text));
    return hash.base64();
  }
}
