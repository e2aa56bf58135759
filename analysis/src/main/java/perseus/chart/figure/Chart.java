package perseus.chart.figure;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Defines the interface of charts. A chart holds all data that it shows. A chart can draw itself as
 * an image, as a PNG file or as an SVG file.
 */
public interface Chart {
  /** Ending of the names of SVG files. */
  String SVG = ".svg";

  /**
   * Lays out the chart.
   *
   * @throws UserError if this machine has no fonts
   */
  Figure figure();

  /**
   * Returns a chart that keeps its layout and its SVG, so that several outputs need only one
   * layout. Only one thread at a time may use the returned chart.
   *
   * @throws UserError if this machine has no fonts
   */
  default Chart laidOut() {
    Figure figure = required();
    return () -> figure;
  }

  /**
   * Draws the chart. The image of a chart has two pixels per typographic point.
   *
   * @throws UserError if this machine has no fonts
   */
  default BufferedImage image() {
    return required().image();
  }

  /**
   * Draws the chart as an SVG element, whose size is in typographic points. A browser shows values
   * while the pointer is over a shape. The element contains no script and no link to another file.
   * On one machine, the same chart always gives the same text.
   *
   * @param name first part of all ids in the element; consists of letters, digits and hyphens
   * @throws UserError if this machine has no fonts
   */
  default String svg(String name) {
    return required().svg(name);
  }

  private Figure required() {
    Figure figure = figure();
    if (figure == null) {
      throw new UserError("The chart of %s has no figure.".formatted(getClass().getName()));
    }
    return figure;
  }

  /**
   * Draws this chart and writes it to a file. The file is SVG if its name ends in {@code .svg},
   * else PNG. If the file already exists, the new chart replaces it.
   *
   * @throws UserError if the file cannot be written, or if this machine has no fonts
   */
  default void write(Path file) {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(SVG)) {
      AtomicFiles.write(file, svg("chart"));
      return;
    }
    byte[] png = png();
    AtomicFiles.replace(file, temporary -> Files.write(temporary, png));
  }

  /**
   * Draws this chart as the content of a PNG file.
   *
   * @throws UserError if this machine has no fonts
   */
  default byte[] png() {
    return Png.of(required().image());
  }
}
