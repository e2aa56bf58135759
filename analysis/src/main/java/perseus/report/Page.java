package perseus.report;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import perseus.chart.svg.Markup;
import perseus.io.Resources;
import perseus.io.Sha256;

/**
 * Puts the content of a report into an HTML page with a style sheet and a script. The content
 * security policy of the page allows only the style sheets and the script of the page. A browser
 * runs only the script of the page itself, and loads no further file.
 */
final class Page {
  private static final String STYLE = Resources.text(Page.class, "report.css");
  private static final Pattern CHART_STYLE = Pattern.compile("<style>([^<]*)</style>");
  private static final String SCRIPT = Resources.text(Page.class, "report.js");

  private Page() {}

  /**
   * Returns a page.
   *
   * @param title text that is not yet escaped
   */
  static String of(String title, String content) {
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src %s; script-src %s; img-src data:; base-uri 'none'; form-action 'none'">
        <meta name="referrer" content="no-referrer">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>"""
            .formatted(styles(content), source(SCRIPT))
        + Markup.escape(title)
        + "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>"
        + STYLE
        + "</style>\n</head>\n<body>\n<main>\n"
        + content
        + "</main>\n<div id=\"tip\" hidden></div>\n<script>"
        + SCRIPT
        + "</script>\n</body>\n</html>\n";
  }

  /**
   * Returns the part of the content security policy that allows the style sheets of the page and of
   * its charts.
   */
  private static String styles(String content) {
    Stream<String> charts =
        CHART_STYLE.matcher(content).results().map(found -> found.group(1)).distinct();
    return Stream.concat(Stream.of(STYLE), charts)
        .map(Page::source)
        .collect(Collectors.joining(" "));
  }

  /**
   * Returns the expression of a content security policy that allows exactly one text as a style
   * sheet or script. The returned expression contains the hash of the text.
   */
  private static String source(String text) {
    Sha256 hash = new Sha256();
    hash.add(StandardCharsets.UTF_8.encode(text));
    return "'sha256-" + hash.base64() + "'";
  }
}
