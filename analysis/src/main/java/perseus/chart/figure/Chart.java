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

/** A chart with all its data, which can be drawn as an image or written as a PNG file. */
public interface Chart {
  /**
   * Draws the chart with two pixels per point.
   *
   * @throws perseus.io.UserError if this machine has no fonts
   */
  BufferedImage image();

  /**
   * Draws the chart and writes it as PNG, replacing an existing file.
   *
   * @param file file to write; its ending does not matter
   * @throws perseus.io.UserError if the file cannot be written or this machine has no fonts
   */
  default void write(Path file) {
    byte[] png = png(image());
    AtomicFiles.replace(file, temporary -> Files.write(temporary, png));
  }

  private static byte[] png(BufferedImage image) {
    // Encode in memory first, so that a failure leaves no file.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
