package perseus.cluster;

/**
 * Computes TCP ports from numbers that identify a job. All nodes of a job compute the same port,
 * and different jobs on a host probably get different ports.
 *
 * <p>The ports are from 20000 to 28999. The default ports of torchrun are 29400 and 29500, and
 * Linux gives outgoing connections ports from 32768.
 */
final class Ports {
  /**
   * Port of node 0 in a job of several nodes. It is used if neither the user nor a program such as
   * srun defines a port.
   */
  static final int DEFAULT = 29_500;

  private static final int FIRST = 20_000;
  private static final int COUNT = 9_000;

  private Ports() {}

  /**
   * Returns a port that depends only on the given number. Consecutive numbers get different ports.
   */
  static int of(long number) {
    return FIRST + (int) Math.floorMod(number, (long) COUNT);
  }
}
