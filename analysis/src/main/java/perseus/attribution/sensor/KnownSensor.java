package perseus.attribution.sensor;

import java.util.List;
import java.util.Optional;
import perseus.recording.log.RankRecording;

/**
 * Holds the lag and smoothing of the power sensor of a GPU model, as measured with loads at known
 * times. The lag and smoothing that are fitted to a recording may deviate from the measured ones,
 * but a deviation adds a penalty.
 *
 * <p>The driver of an H200 stamps some power samples late ({@link SampleStamps#UNRELIABLE}).
 *
 * <p>Source: loads of 5 to 150 ms at random times on H200 GPUs (driver 580) with steady power, 29
 * November 2026. The measured time constants were 12.0 to 14.5 ms (counter) and 14.0 to 14.2 ms
 * (samples). The measured lags were -2.5 to -0.2 ms (counter) and 3.6 ms (samples). Four recordings
 * of training on other H200 GPUs gave lags of -5.4 to 0 ms (counter) and 3.1 to 3.6 ms (samples).
 * The time constants of the samples in the four training recordings were 11.8 to 13.5 ms.
 */
public final class KnownSensor {
  private static final List<KnownSensor> ALL =
      List.of(
          new KnownSensor(
              GpuModel.H200,
              new KnownKernel(new Kernel(-1e-3, 1, 0.013, 0), 2.5e-3),
              new KnownKernel(new Kernel(3.6e-3, 1, 0.0141, 0), 1e-3)));

  private final GpuModel model;
  private final KnownKernel counter;
  private final KnownKernel samples;

  private KnownSensor(GpuModel model, KnownKernel counter, KnownKernel samples) {
    this.model = model;
    this.counter = counter;
    this.samples = samples;
  }

  /** Returns the measured power sensor of a rank's GPU model; empty if it was not measured. */
  public static Optional<KnownSensor> of(RankRecording rank) {
    return ALL.stream().filter(known -> known.model.mayBe(rank)).findFirst();
  }

  /** Returns the lag and smoothing of the energy counter. */
  public KnownKernel counter() {
    return counter;
  }

  /** Returns the lag and smoothing of the power samples. */
  public KnownKernel samples() {
    return samples;
  }
}
