package perseus.chart.svg;

import java.awt.BasicStroke;

/** Writes strokes (widths, ends and dashes of lines) as attributes of SVG elements. */
final class Strokes {
  private Strokes() {}

  /**
   * Returns the attributes of a stroke that differ from the default of SVG.
   *
   * @param scale factor for the lengths of the stroke
   */
  static String of(BasicStroke stroke, double scale) {
    StringBuilder text = new StringBuilder();
    attribute(text, "stroke-width", Numbers.of(stroke.getLineWidth() * scale), "1");
    attribute(text, "stroke-linecap", cap(stroke), "butt");
    attribute(text, "stroke-linejoin", join(stroke), "miter");
    if (stroke.getLineJoin() == BasicStroke.JOIN_MITER) {
      attribute(text, "stroke-miterlimit", Numbers.of(stroke.getMiterLimit()), "4");
    }
    if (stroke.getDashArray() != null) {
      StringBuilder dashes = new StringBuilder();
      for (float dash : stroke.getDashArray()) {
        dashes.append(dashes.isEmpty() ? "" : " ").append(Numbers.of(dash * scale));
      }
      attribute(text, "stroke-dasharray", dashes.toString(), "");
      attribute(text, "stroke-dashoffset", Numbers.of(stroke.getDashPhase() * scale), "0");
    }
    return text.toString();
  }

  private static void attribute(StringBuilder text, String name, String value, String standard) {
    if (!value.equals(standard)) {
      text.append(' ').append(name).append("=\"").append(value).append('"');
    }
  }

  private static String cap(BasicStroke stroke) {
    return switch (stroke.getEndCap()) {
      case BasicStroke.CAP_ROUND -> "round";
      case BasicStroke.CAP_SQUARE -> "square";
      default -> "butt";
    };
  }

  private static String join(BasicStroke stroke) {
    return switch (stroke.getLineJoin()) {
      case BasicStroke.JOIN_ROUND -> "round";
      case BasicStroke.JOIN_BEVEL -> "bevel";
      default -> "miter";
    };
  }
}
