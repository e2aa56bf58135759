package perseus.chart;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** A row of an image's pixels, to look for colours in. */
record Row(int[] pixels) {

  /** The lowest row that has all of {@code colors}. */
  static Row lowestWith(BufferedImage image, Color... colors) {
    for (int y = image.getHeight() - 1; y >= 0; y--) {
      Row row = at(image, y);
      if (Arrays.stream(colors).allMatch(color -> row.count(color) > 0)) {
        return row;
      }
    }
    throw new AssertionError("no row has all of " + Arrays.toString(colors));
  }

  /** The highest row that has at least {@code pixels} of {@code color}. */
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

  int first(Color color) {
    for (int x = 0; x < pixels.length; x++) {
      if (pixels[x] == color.getRGB()) {
        return x;
      }
    }
    return -1;
  }

  /** How much of the three colours' pixels is {@code of}. */
  double share(Color a, Color b, Color c, Color of) {
    return (double) count(of) / (count(a) + count(b) + count(c));
  }
}
