package perseus.chart.figure;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Defines the interface of charts. A chart holds all data that it shows. A chart can draw itself as
 * an image or as a PNG file.
 */
public interface Chart {
  /**
   * Draws the chart. The image of a chart has two pixels per typographic point.
   *
   * @throws UserError if this machine has no fonts
   */
  BufferedImage image();

  /**
   * Draws this chart and writes it as a PNG file. If the PNG file already exists, the new chart
   * replaces it.
   *
   * @param file path of the PNG file, with any file name extension
   * @throws UserError if the PNG file cannot be written, or if this machine has no fonts
   */
  default void write(Path file) {
    BufferedImage image = image();
    if (image == null) {
      throw new UserError("The chart of %s has no image.".formatted(getClass().getName()));
    }
    byte[] png = png(image);
    AtomicFiles.replace(file, temporary -> Files.write(temporary, png));
  }

  private static byte[] png(BufferedImage image) {
    // The image is encoded as PNG in memory before the file is written. If encoding fails, no
    // incomplete file is left.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
