package perseus.gpu.clock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuProvider;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;

/**
 * Provides two GPUs for tests. Each change of a setting appends a line to a log file that all
 * processes share. The environment variable or system property {@link #VARIABLE} contains the
 * directory of the log file. A file {@code fail-UUID} in the directory makes all changes of
 * settings of the GPU with this UUID fail. The file contains the reason of the failure. A file
 * {@code hang-UUID} makes all changes of settings of the GPU hang forever.
 */
public final class LoggedGpus implements GpuProvider {
  static final String VARIABLE = "PERSEUS_TEST_GPUS";
  static final String SCHEME = "logged";
  static final List<String> UUIDS = List.of("GPU-a", "GPU-b");
  static final double DEFAULT_WATTS = 700;

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public List<Gpu> openAll() {
    String directory = System.getenv(VARIABLE);
    if (directory == null) {
      directory = System.getProperty(VARIABLE);
    }
    if (directory == null) {
      throw new GpuException(GpuException.Reason.NO_DRIVER, "There are no GPUs for tests.");
    }
    Path place = Path.of(directory);
    return IntStream.range(0, UUIDS.size())
        .<Gpu>mapToObj(index -> new LoggedGpu(index, place))
        .toList();
  }

  @Override
  public List<Gpu> openVisible() {
    return openAll();
  }

  static List<String> log(Path directory) throws IOException {
    Path log = directory.resolve("log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private static final class LoggedGpu implements Gpu {
    private final int index;
    private final String uuid;
    private final Path directory;

    LoggedGpu(int index, Path directory) {
      this.index = index;
      this.uuid = UUIDS.get(index);
      this.directory = directory;
    }

    @Override
    public GpuInfo info() {
      return new GpuInfo(
          index,
          uuid,
          "00000000:0%d:00.0".formatted(index + 1),
          "Test GPU",
          "1",
          List.of(1980, 1500, 1005, 495),
          new GpuInfo.PowerLimits(watts(), DEFAULT_WATTS, 200, 700),
          GpuInfo.EnergySource.COUNTER,
          90);
    }

    private Path wattsFile() {
      return directory.resolve("watts-" + uuid);
    }

    private double watts() {
      try {
        return Files.exists(wattsFile())
            ? Double.parseDouble(Files.readString(wattsFile()))
            : DEFAULT_WATTS;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void lockClocks(int clockMhz) {
      log("lock " + clockMhz);
    }

    @Override
    public void resetClocks() {
      log("reset");
    }

    @Override
    public void setPowerLimit(double watts) {
      log("power " + watts);
      write(wattsFile(), String.valueOf(watts), StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Override
    public void resetPowerLimit() {
      setPowerLimit(DEFAULT_WATTS);
    }

    private void log(String call) {
      try {
        if (Files.exists(directory.resolve("hang-" + uuid))) {
          TimeUnit.HOURS.sleep(1);
        }
        Path fail = directory.resolve("fail-" + uuid);
        if (Files.exists(fail)) {
          throw new GpuException(
              GpuException.Reason.valueOf(Files.readString(fail).strip()), "The test GPU fails.");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      write(directory.resolve("log"), uuid + " " + call + "\n", StandardOpenOption.APPEND);
    }

    private static void write(Path file, String text, StandardOpenOption option) {
      try {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.WRITE, option);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public long energyMillijoules() {
      return 0;
    }

    @Override
    public List<PowerSample> powerSamples(long afterMicros) {
      return List.of();
    }

    @Override
    public GpuState state() {
      return new GpuState(30, 1980, 0);
    }

    @Override
    public long freeMemoryBytes() {
      return 0;
    }

    @Override
    public void close() {
      // There is nothing to release.
    }
  }
}
