package perseus.chart.svg;

import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Collects the elements of an SVG document. All coordinates are in the coordinate system of the
 * document.
 */
final class SvgDocument {
  /**
   * Names of fonts, the preferred font first. The first fonts in the list have nearly the same
   * letter widths. Each text element states its width, so that the text has the same width in every
   * font.
   */
  private static final String FONTS =
      "'DejaVu Sans', Verdana, Geneva, 'Segoe UI', Helvetica, Arial, sans-serif";

  /** Attribute of a shape that has an outline, but no filled area. */
  static final String NO_FILL = " fill=\"none\"";

  private static final String END = "/>\n";

  /**
   * The first of two spaces is replaced by a no-break space, because SVG and HTML show several
   * spaces as one space.
   */
  private static final String NO_BREAK_SPACE = "\u00A0";

  /**
   * Placeholder for the name of the document in its elements, until the name is known. No other
   * text in the document contains the character NUL, because {@link Markup} replaces control
   * characters.
   */
  private static final String NAME = "\0";

  private static final String HEX = "0123456789abcdef";

  private final String title;
  private final double width;
  private final double height;
  private final StringBuilder elements = new StringBuilder();
  private final Map<String, String> clips = new LinkedHashMap<>();
  private final SortedSet<Integer> colors = new TreeSet<>();
  private final Outlines outlines = new Outlines();

  /**
   * Path and clip of the last element, as text, if this element is a filled shape; otherwise empty.
   * If the outline of the same shape follows, it needs no separate element.
   */
  private String filled = "";

  SvgDocument(String title, double width, double height) {
    this.title = title;
    this.width = width;
    this.height = height;
  }

  Outlines outlines() {
    return outlines;
  }

  /**
   * Returns the attributes that give an element a colour.
   *
   * @param attribute name of the attribute, {@code fill} or {@code stroke}
   */
  String paint(String attribute, Color color) {
    int rgb = color.getRGB() & 0xFFFFFF;
    colors.add(rgb);
    StringBuilder text = new StringBuilder(24);
    text.append(' ').append(attribute).append("=\"#");
    for (int shift = 20; shift >= 0; shift -= 4) {
      text.append(HEX.charAt(rgb >> shift & 0xF));
    }
    text.append('"');
    if (color.getAlpha() != 255) {
      text.append(' ').append(attribute).append("-opacity=\"");
      text.append(Numbers.of(color.getAlpha() / 255.0)).append('"');
    }
    return text.toString();
  }

  /**
   * Adds a shape.
   *
   * @param clip shape outside which nothing is visible; null if all is visible
   */
  void shape(Shape shape, Shape clip, String attributes) {
    String clipped = clip(shape.getBounds2D(), clip);
    if (clipped != null) {
      add("<path d=\"" + PathData.of(shape) + "\"" + clipped, attributes);
    }
  }

  /**
   * Adds an element, which is a filled shape or an outline. If the last element is the same shape,
   * but filled, the outline becomes a part of the last element.
   */
  private void add(String path, String attributes) {
    if (path.equals(filled) && attributes.startsWith(NO_FILL)) {
      elements.setLength(elements.length() - END.length());
      elements.append(attributes, NO_FILL.length(), attributes.length()).append(END);
      filled = "";
      return;
    }
    elements.append(path).append(attributes).append(END);
    filled = attributes.startsWith(NO_FILL) ? "" : path;
  }

  /** Adds an invisible shape. A browser shows the text while the pointer is over the shape. */
  void hover(Shape shape, String text) {
    Rectangle2D bounds = shape.getBounds2D();
    filled = "";
    elements.append("<g class=\"tip\" fill=\"none\" pointer-events=\"all\"><title>");
    elements.append(Markup.escape(text)).append("</title>");
    if (shape instanceof Ellipse2D) {
      elements
          .append("<circle cx=\"")
          .append(Numbers.of(bounds.getCenterX()))
          .append("\" cy=\"")
          .append(Numbers.of(bounds.getCenterY()))
          .append("\" r=\"")
          .append(Numbers.of(bounds.getWidth() / 2))
          .append("\"/>");
    } else {
      elements.append("<path d=\"").append(PathData.of(shape)).append("\"/>");
    }
    elements.append("</g>\n");
  }

  /**
   * Adds a text.
   *
   * @param advance width of the text in the coordinate system of the text, before the transform
   *     {@code place}
   * @param place transform from the coordinates of the text to those of the document; the baseline
   *     of the text starts at (0, 0)
   */
  void text(
      String text,
      Font font,
      double advance,
      AffineTransform place,
      Shape bounds,
      Shape clip,
      String attributes) {
    String clipped = clip(bounds.getBounds2D(), clip);
    if (clipped == null) {
      return;
    }
    filled = "";
    boolean plain = (place.getType() & ~AffineTransform.TYPE_TRANSLATION) == 0;
    elements.append("<text ");
    if (plain) {
      elements.append(
          "x=\"%s\" y=\"%s\""
              .formatted(Numbers.of(place.getTranslateX()), Numbers.of(place.getTranslateY())));
    } else {
      double[] m = new double[6];
      place.getMatrix(m);
      elements.append("transform=\"matrix(");
      for (int i = 0; i < m.length; i++) {
        elements.append(i == 0 ? "" : " ").append(Numbers.of(m[i]));
      }
      elements.append(")\"");
    }
    elements.append(" font-size=\"").append(Numbers.of(font.getSize2D())).append('"');
    if (font.isBold()) {
      elements.append(" font-weight=\"bold\"");
    }
    elements
        .append(" textLength=\"")
        .append(Numbers.of(advance))
        .append("\" lengthAdjust=\"spacingAndGlyphs\"")
        .append(attributes)
        .append(clipped)
        .append('>')
        .append(Markup.escape(text.replace("  ", NO_BREAK_SPACE + " ")))
        .append("</text>\n");
  }

  /**
   * Returns the attribute that clips an element. If the element needs no clipping, the attribute is
   * empty. If the element lies completely outside the clip, the result is null.
   */
  private String clip(Rectangle2D bounds, Shape clip) {
    if (clip == null || clip.contains(bounds)) {
      return "";
    }
    Rectangle2D seen = clip.getBounds2D();
    if (bounds.getMinX() > seen.getMaxX()
        || bounds.getMaxX() < seen.getMinX()
        || bounds.getMinY() > seen.getMaxY()
        || bounds.getMaxY() < seen.getMinY()) {
      return null;
    }
    String id =
        clips.computeIfAbsent(PathData.of(clip), data -> NAME + "-clip" + (clips.size() + 1));
    return " clip-path=\"url(#" + id + ")\"";
  }

  /**
   * Returns the whole document.
   *
   * @param name start of the ids in the document
   */
  String text(String name) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$s" height="%2$s" \
        viewBox="0 0 %1$s %2$s" role="img" font-family="%3$s">
        """
            .formatted(Numbers.of(width), Numbers.of(height), FONTS));
    // The title is written as the attribute aria-label. If the document had an SVG title element, a
    // browser would show the title instead of the texts of the shapes.
    text.insert(text.indexOf(" role="), " aria-label=\"" + Markup.escape(title) + "\"");
    text.append("<style>\n").append(DarkColors.rules(colors)).append("</style>\n");
    clips.forEach(
        (data, id) ->
            text.append("<clipPath id=\"%s\"><path d=\"%s\"/></clipPath>\n".formatted(id, data)));
    return text.append(elements).append("</svg>\n").toString().replace(NAME, name);
  }
}
