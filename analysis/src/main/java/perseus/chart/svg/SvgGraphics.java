package perseus.chart.svg;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.text.AttributedCharacterIterator;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * Converts drawing calls into elements of an SVG document, in the order of the calls. A text
 * becomes an SVG text element. Each text element states its width, so that the text has the same
 * width in every font.
 *
 * <p>This class exists because no library is suitable: JFreeSVG has another licence,
 * VectorGraphics2D is no longer maintained, and Apache Batik needs 2 MB. JFreeSVG, VectorGraphics2D
 * and Apache Batik cannot write texts that a browser shows while the pointer is over a shape
 * ({@link #hover}).
 *
 * <p>A style sheet in the document gives the shapes and texts other colours on systems that are set
 * to dark colours. The same drawing gives the same document. Colours are opaque or transparent;
 * other paints, such as gradients, are written as the current colour. Objects of this class are not
 * thread-safe.
 */
public final class SvgGraphics extends ShapeGraphics {
  private final SvgDocument document;

  private SvgGraphics(Graphics2D state, SvgDocument document) {
    super(state);
    this.document = document;
  }

  /**
   * Creates an empty drawing.
   *
   * @param title text that screen readers read for the whole drawing
   */
  public static SvgGraphics of(String title, double width, double height) {
    return new SvgGraphics(
        new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics(),
        new SvgDocument(title, width, height));
  }

  /**
   * Returns everything that was drawn until now as an SVG element.
   *
   * @param name letters, digits and hyphens that begin the ids in the document; two documents in
   *     one HTML page need different names
   */
  public String document(String name) {
    return document.text(name);
  }

  /**
   * Adds an invisible shape to an SVG drawing. A browser shows the text while the pointer is over
   * the shape. If {@code g} does not write SVG, the method does nothing.
   *
   * @param g any graphics object
   * @param text function that returns the text; it is called only if the drawing is an SVG drawing
   */
  public static void hover(Graphics2D g, Shape shape, Supplier<String> text) {
    if (g instanceof SvgGraphics svg) {
      svg.document.hover(svg.transformed(shape), text.get());
    }
  }

  /**
   * Tells an SVG drawing which texts a library will draw as outlines. The SVG document then
   * contains the listed texts as text instead of outlines.
   *
   * @param g any graphics object; if {@code g} does not write SVG, the method does nothing
   * @param turned whether the texts are drawn upwards instead of to the right
   * @param texts texts that a library will draw in the given font and direction; put the likely
   *     ones first
   */
  public static void announce(Graphics2D g, Font font, boolean turned, Collection<String> texts) {
    if (g instanceof SvgGraphics svg) {
      svg.document.outlines().announce(font, turned, texts);
    }
  }

  @Override
  public Graphics create() {
    return new SvgGraphics((Graphics2D) state.create(), document);
  }

  private Shape transformed(Shape shape) {
    return getTransform().createTransformedShape(shape);
  }

  /** Returns the clip in the coordinates of the document; null if there is none. */
  private Shape deviceClip() {
    return getClip() == null ? null : transformed(getClip());
  }

  @Override
  public void fill(Shape shape) {
    if (getColor().getAlpha() == 0) {
      return;
    }
    document
        .outlines()
        .find(shape, getFontRenderContext())
        .ifPresentOrElse(this::text, () -> fillOutline(shape));
  }

  private void fillOutline(Shape shape) {
    document.shape(transformed(shape), deviceClip(), document.paint("fill", getColor()));
  }

  @Override
  public void draw(Shape shape) {
    if (getColor().getAlpha() == 0) {
      return;
    }
    if (!(getStroke() instanceof BasicStroke stroke)) {
      fillOutline(getStroke().createStrokedShape(shape));
      return;
    }
    double scale = Math.sqrt(Math.abs(getTransform().getDeterminant()));
    Shape outline = transformed(shape);
    document.shape(
        outline,
        deviceClip(),
        SvgDocument.NO_FILL + document.paint("stroke", getColor()) + Strokes.of(stroke, scale));
  }

  private void text(Outlines.Found found) {
    AffineTransform place = getTransform();
    place.concatenate(found.transform());
    write(found.text(), found.font(), place);
  }

  @Override
  public void drawString(String text, float x, float y) {
    AffineTransform place = getTransform();
    place.translate(x, y);
    write(text, getFont(), place);
  }

  private void write(String text, Font font, AffineTransform place) {
    if (text.isBlank() || getColor().getAlpha() == 0) {
      return;
    }
    double advance = new TextLayout(text, font, getFontRenderContext()).getAdvance();
    Rectangle2D bounds = font.getStringBounds(text, getFontRenderContext());
    document.text(
        text,
        font,
        advance,
        place,
        place.createTransformedShape(bounds),
        deviceClip(),
        document.paint("fill", getColor()));
  }

  @Override
  public void drawString(String text, int x, int y) {
    drawString(text, (float) x, (float) y);
  }

  @Override
  public void drawString(AttributedCharacterIterator text, float x, float y) {
    fillOutline(
        new TextLayout(text, getFontRenderContext())
            .getOutline(AffineTransform.getTranslateInstance(x, y)));
  }

  @Override
  public void drawString(AttributedCharacterIterator text, int x, int y) {
    drawString(text, (float) x, (float) y);
  }

  @Override
  public void setColor(Color color) {
    // A null colour leaves the state unchanged, as in the graphics of the JDK.
    if (color != null) {
      super.setColor(color);
    }
  }
}
