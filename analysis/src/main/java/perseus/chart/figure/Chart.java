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

/** A chart that is ready to be drawn. */
public interface Chart {
  /**
   * Draws the chart, at twice the resolution of a screen.
   *
   * @throws perseus.io.UserError if this machine has no font to draw text with
   */
  BufferedImage image();

  /**
   * Draws the chart into a PNG file, whatever the file's name ends in, replacing what was there.
   *
   * @throws perseus.io.UserError if the file cannot be written, or as {@link #image}
   */
  default void write(Path file) {
    byte[] png = png(image());
    AtomicFiles.replace(file, temporary -> Files.write(temporary, png));
  }

  private static byte[] png(BufferedImage image) {
    // In memory first: a chart that cannot be encoded never touches the disk.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
