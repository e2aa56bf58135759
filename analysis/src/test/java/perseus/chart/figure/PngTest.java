package perseus.chart.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that Java's own PNG reader returns the pixels that were written. */
class PngTest {
  private static BufferedImage written(BufferedImage image) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(Png.of(image)));
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 200", "999, 2", "640, 480"})
  void pixelsOfRandomColoursAreReadBack(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    BufferedImage read = written(image);
    assertThat(read.getWidth()).isEqualTo(width);
    assertThat(read.getHeight()).isEqualTo(height);
    assertThat(read.getColorModel().hasAlpha()).isFalse();
    assertThat(pixels(read)).isEqualTo(pixels(image));
  }

  @Test
  void linesThatRepeatTakeLittleSpace() {
    BufferedImage image = new BufferedImage(1920, 1080, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x += 7) {
        image.setRGB(x, y, 31 * x);
      }
    }
    assertThat(Png.of(image)).hasSizeLessThan(1920 * 1080 * 3 / 50);
  }

  @Test
  void imageWithTransparencyIsRefused() {
    assertThatThrownBy(() -> Png.of(new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
