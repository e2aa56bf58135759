package perseus.cli.train.environment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuInfo.EnergySource;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;

/**
 * Describes one GPU in texts for the user. To find out how often the energy counter changes, the
 * report reads it for a short time, at most once a millisecond. The report changes no setting of
 * the GPU.
 */
final class GpuReport {
  private static final int POLL_MILLIS = 1;

  private final Gpu gpu;
  private final long observedNanos;

  /**
   * Creates the report of a GPU.
   *
   * @param observedNanos time in nanoseconds for which the energy counter is observed
   */
  GpuReport(Gpu gpu, long observedNanos) {
    this.gpu = gpu;
    this.observedNanos = observedNanos;
  }

  /**
   * Returns the properties of the GPU: a map from the name of each property to its value as text.
   */
  Map<String, String> facts() {
    GpuInfo info = gpu.info();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("UUID", info.uuid());
    facts.put("PCI bus id", info.pciBusId());
    facts.put(
        "free memory",
        orProblem(() -> "%.1f GiB".formatted(gpu.freeMemoryBytes() / Math.pow(2, 30))));
    facts.put("clocks", clocks(info.clocksMhz()));
    facts.put("clock in force", orProblem(() -> clockInForce(gpu.state())));
    facts.put("temperature", orProblem(() -> gpu.state().temperatureCelsius() + " C"));
    facts.put("power limit", powerLimit(info.powerLimits()));
    facts.putAll(gpu.details());
    if (info.energySource() == EnergySource.COUNTER) {
      facts.put("energy counter", orProblem(this::counter));
    }
    facts.put("power samples", orProblem(() -> samples(gpu.powerSamples(0))));
    facts.put("energy is from", source(info.energySource()));
    return facts;
  }

  private static String orProblem(Supplier<String> fact) {
    try {
      return fact.get();
    } catch (GpuException e) {
      return "not available: " + e.getMessage();
    }
  }

  private static String clocks(List<Integer> clocksMhz) {
    int last = clocksMhz.size() - 1;
    if (last < 1) {
      return clocksMhz.isEmpty() ? "not listed by the driver" : clocksMhz.get(0) + " MHz alone";
    }
    List<Long> steps = new ArrayList<>();
    for (int i = 0; i < last; i++) {
      steps.add((long) clocksMhz.get(i) - clocksMhz.get(i + 1));
    }
    return "%d from %d to %d MHz, in steps of %s MHz"
        .formatted(clocksMhz.size(), clocksMhz.get(0), clocksMhz.get(last), range(steps));
  }

  private static String clockInForce(GpuState state) {
    return state.smMhz()
        + " MHz"
        + (state.reasons().isEmpty() ? "" : " (" + String.join(", ", state.reasons()) + ")");
  }

  private static String powerLimit(GpuInfo.PowerLimits limits) {
    if (limits == null) {
      return "not reported by the driver";
    }
    return String.format(
        Locale.ROOT,
        "%.0f W (default %.0f W, can be set from %.0f to %.0f W)",
        limits.enforcedWatts(),
        limits.defaultWatts(),
        limits.minWatts(),
        limits.maxWatts());
  }

  private static String source(EnergySource source) {
    return switch (source) {
      case COUNTER -> "the energy counter";
      case SAMPLES ->
          "the integral of the power samples, because the energy counter cannot be used";
      case NONE -> "nothing: the energy of this GPU cannot be measured";
    };
  }

  /** Observes the energy counter, and returns a text about how often it changed. */
  private String counter() {
    List<Long> changes = new ArrayList<>();
    long start = System.nanoTime();
    long last = gpu.energyMillijoules();
    int reads = 1;
    while (System.nanoTime() - start < observedNanos) {
      pause();
      long now = gpu.energyMillijoules();
      reads++;
      if (now != last) {
        changes.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
      }
      last = now;
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    String observed =
        String.format(
            Locale.ROOT, "%d reads in %.1f s, %d changes", reads, seconds, changes.size());
    return changes.size() < 2
        ? "does not change as it should (%s)".formatted(observed)
        : "a new value every %s (%s)".formatted(gaps(changes), observed);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String samples(List<PowerSample> samples) {
    if (samples.size() < 2) {
      return "none";
    }
    return "one every %s (the driver keeps %d)"
        .formatted(gaps(samples.stream().map(PowerSample::epochMicros).toList()), samples.size());
  }

  /**
   * Returns the median and the range of the intervals between consecutive times, which are given in
   * microseconds.
   */
  private static String gaps(List<Long> micros) {
    List<Long> millis = new ArrayList<>();
    for (int i = 1; i < micros.size(); i++) {
      millis.add(Math.round((micros.get(i) - micros.get(i - 1)) / 1000.0));
    }
    long median = millis.stream().sorted().toList().get(millis.size() / 2);
    return "%d ms, seen %s ms".formatted(median, range(millis));
  }

  private static String range(List<Long> values) {
    long least = values.stream().min(Long::compare).orElseThrow();
    long most = values.stream().max(Long::compare).orElseThrow();
    return least == most ? String.valueOf(least) : least + " to " + most;
  }
}
