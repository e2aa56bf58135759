package perseus.recording.csv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes of text looked at in one step, as a number whose lowest byte is the first character.
 * Methods follow Lemire, Number parsing at a gigabyte per second, 2021, and Anderson, Bit twiddling
 * hacks.
 */
final class EightBytes {
  static final int LENGTH = 8;

  private static final VarHandle AT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x80 * ONES;

  private EightBytes() {}

  /** The eight bytes from {@code at} on. */
  static long at(byte[] text, int at) {
    return (long) AT.get(text, at);
  }

  /** How many bytes come before the first from 0 to below {@code limit}; at most 128 is that. */
  static int countBeforeBelow(long bytes, int limit) {
    // A byte borrows from the next only where it is below the limit, so the first found is true.
    long below = (bytes - limit * ONES) & ~bytes & HIGH_BITS;
    return Long.numberOfTrailingZeros(below) >> 3;
  }

  /** Whether all are digits. */
  static boolean areDigits(long bytes) {
    // The upper half of a digit is 3, and still is with 6 added.
    long upper = bytes & 0xf0 * ONES;
    long upperOfMore = (bytes + 0x06 * ONES) & 0xf0 * ONES;
    return (upper | upperOfMore >>> 4) == 0x33 * ONES;
  }

  /** The number that eight digits are. */
  static long number(long digits) {
    long pairs = (digits & 0x0f * ONES) * 2561 >>> 8;
    long fours = (pairs & 0x00ff00ff00ff00ffL) * 6553601 >>> 16;
    return (fours & 0x0000ffff0000ffffL) * 42949672960001L >>> 32;
  }
}
