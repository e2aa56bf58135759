package perseus.numeric;

import java.util.stream.IntStream;

/** Orders indices so that the first indices are spread evenly over all indices. */
public final class EvenlySpread {
  private EvenlySpread() {}

  /**
   * Returns the numbers from 0 to {@code size - 1}, sorted by their reversed binary digits. For
   * every n, the first n numbers are spread about evenly. For example, the numbers for the size 8
   * are 0, 4, 2, 6, 1, 5, 3, 7.
   */
  public static int[] indices(int size) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    return IntStream.range(0, 1 << bits)
        .map(i -> (int) (Integer.toUnsignedLong(Integer.reverse(i)) >>> (Integer.SIZE - bits)))
        .filter(i -> i < size)
        .toArray();
  }
}
