package perseus.chart.figure;

/**
 * Says in titles of axes and legends how many GPUs a power or an energy sums up.
 *
 * @param count number of GPUs; 0 if it differs from stage to stage
 */
public record SummedGpus(int count) {
  /** The values of a chart are those of one GPU. */
  public static final SummedGpus ONE = new SummedGpus(1);

  /** Returns whether the values sum up several GPUs. */
  public boolean isSum() {
    return count != 1;
  }

  /** Returns the title of an axis, such as "energy of 2 GPUs (J)", or "energy (J)" for one GPU. */
  public String title(String quantity, String unit) {
    return isSum()
        ? "%s of %s (%s)".formatted(quantity, text(), unit)
        : "%s (%s)".formatted(quantity, unit);
  }

  /** Returns for example "2 GPUs". */
  public String text() {
    return count == 0 ? "all GPUs" : count == 1 ? "1 GPU" : count + " GPUs";
  }
}
