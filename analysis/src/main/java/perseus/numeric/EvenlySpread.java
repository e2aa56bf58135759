package perseus.numeric;

import java.util.stream.IntStream;

/** Orders indices so that the first ones are spread evenly. */
public final class EvenlySpread {
  private EvenlySpread() {}

  /**
   * Returns the numbers from 0 to {@code size - 1} in an order in which the first n of them are
   * spread evenly, for every n: they are sorted by their reversed binary digits.
   */
  public static int[] indices(int size) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    return IntStream.range(0, 1 << bits)
        .map(i -> (int) (Integer.toUnsignedLong(Integer.reverse(i)) >>> (Integer.SIZE - bits)))
        .filter(i -> i < size)
        .toArray();
  }
}
