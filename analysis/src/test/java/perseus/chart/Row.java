package perseus.chart;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** Holds a row of pixels of an image, in which tests look for colours. */
record Row(int[] pixels) {

  /** Returns the lowest row that contains all of {@code colors}. */
  static Row lowestWith(BufferedImage image, Color... colors) {
    for (int y = image.getHeight() - 1; y >= 0; y--) {
      Row row = at(image, y);
      if (Arrays.stream(colors).allMatch(color -> row.count(color) > 0)) {
        return row;
      }
    }
    throw new AssertionError("no row contains all of " + Arrays.toString(colors));
  }

  /** Returns the highest row with at least {@code pixels} pixels of a colour. */
  static Row highestWith(BufferedImage image, Color color, int pixels) {
    for (int y = 0; y < image.getHeight(); y++) {
      Row row = at(image, y);
      if (row.count(color) >= pixels) {
        return row;
      }
    }
    throw new AssertionError("no row has " + pixels + " pixels of " + color);
  }

  static Row at(BufferedImage image, int y) {
    return new Row(image.getRGB(0, y, image.getWidth(), 1, null, 0, image.getWidth()));
  }

  static long countIn(BufferedImage image, Color color) {
    long count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      count += at(image, y).count(color);
    }
    return count;
  }

  long count(Color color) {
    return Arrays.stream(pixels).filter(pixel -> pixel == color.getRGB()).count();
  }

  /** Returns the x coordinate of the first pixel of a colour; -1 if there is none. */
  int first(Color color) {
    for (int x = 0; x < pixels.length; x++) {
      if (pixels[x] == color.getRGB()) {
        return x;
      }
    }
    return -1;
  }

  /**
   * Returns the number of pixels of the colour {@code counted}, divided by the number of pixels of
   * the colours {@code a}, {@code b} and {@code c}.
   */
  double share(Color a, Color b, Color c, Color counted) {
    return (double) count(counted) / (count(a) + count(b) + count(c));
  }
}
