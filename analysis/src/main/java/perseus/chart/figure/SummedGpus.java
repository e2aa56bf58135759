package perseus.chart.figure;

import perseus.io.Named;

/**
 * Holds the number of GPUs over which a chart sums powers and energies, and writes this number into
 * titles.
 *
 * @param count number of GPUs; 0 if the stages have different numbers of GPUs
 */
public record SummedGpus(int count) {
  /** Means that the values of a chart are the values of one GPU. */
  public static final SummedGpus ONE = new SummedGpus(1);

  /** Returns whether the values are sums over several GPUs. */
  public boolean isSum() {
    return count != 1;
  }

  /** Returns the title of an axis, such as "energy of 2 GPUs (J)", or "energy (J)" for one GPU. */
  public String title(String quantity, String unit) {
    return isSum()
        ? "%s of %s (%s)".formatted(quantity, text(), unit)
        : "%s (%s)".formatted(quantity, unit);
  }

  /** Returns the number of GPUs in words, such as "2 GPUs". */
  public String text() {
    return count == 0 ? "all GPUs" : Named.count(count, "GPU");
  }
}
