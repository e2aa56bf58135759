package perseus.cli.stretched;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.rank.RankTensors;
import perseus.rank.ZooTensors;
import perseus.tensor.AdamW;
import perseus.tensor.LossScaler;
import perseus.tensor.RankModel;
import perseus.tensor.data.TrainingData;
import perseus.transport.TensorGroup;

/**
 * Makes computations on the CPU take as long as they would take at the clock of the rank's stub
 * GPU. The class also records the energy that the stub GPU uses during each computation.
 *
 * <p>The work of a computation is its time on the CPU, but at least {@link #LEAST_SECONDS}. Because
 * of this minimum, a busy machine hardly changes the work. At the highest clock f_max, the stub GPU
 * does one second of work per second. At a lower clock f, it does f / f_max seconds of work per
 * second. After the computation, the rank runs an empty loop until the GPU has done the work.
 *
 * <p>When the rank ends, the file {@code computations-R.csv} in the stub's directory has a row for
 * each computation of rank R. The columns are kind, seconds and joules.
 */
public final class StretchedTensors implements RankTensors {
  /** Creates the tensors of one of the project's models, with longer computations. */
  public static final class Zoo implements Factory {
    @Override
    public RankTensors create(int rank, JobSpec job, LocalSettings local, TensorGroup group) {
      return new StretchedTensors(rank, new ZooTensors.Zoo().create(rank, job, local, group));
    }
  }

  private static final String VARIABLE = "PERSEUS_STUB_NVML";

  private static final Map<String, Double> LEAST_SECONDS =
      Map.of("forward", 0.06, "recompute", 0.06, "backward", 0.12, "optimizer_step", 0.02);

  private final int gpu;
  private final Path directory = Path.of(System.getenv(VARIABLE));
  private final NativeLibrary stub =
      NativeLibrary.getInstance(directory.resolve("libnvidia-ml.so.1").toString());
  private final RankTensors tensors;
  private final RankModel model;
  private final int highestMhz;
  private final List<String> rows = new ArrayList<>();

  private StretchedTensors(int rank, RankTensors tensors) {
    // The order of the stub's GPUs is the order of the ranks.
    this.gpu = rank;
    this.tensors = tensors;
    this.model = tensors.model().withStages(stage -> new StretchedStage(stage, this));
    this.highestMhz = clockMhz();
  }

  private int clockMhz() {
    return stub.getFunction("perseusStubClockMhz").invokeInt(new Object[] {gpu});
  }

  private double joules() {
    return (Double)
        stub.getFunction("perseusStubExactJoules").invoke(Double.class, new Object[] {gpu});
  }

  /** Runs a computation, and then waits until the stub GPU would have finished it, too. */
  void run(String kind, Runnable computation) {
    double joules = joules();
    long start = System.nanoTime();
    int mhz = clockMhz();
    computation.run();
    long now = System.nanoTime();
    double work = Math.max(now - start, 1e9 * LEAST_SECONDS.get(kind)) * highestMhz;
    double done = (double) (now - start) * mhz;
    while (done < work) {
      mhz = clockMhz();
      long before = now;
      now = System.nanoTime();
      done += (double) (now - before) * mhz;
    }
    rows.add("%s,%s,%s".formatted(kind, (now - start) / 1e9, joules() - joules));
  }

  @Override
  public RankModel model() {
    return model;
  }

  @Override
  public AdamW optimizer() {
    return tensors.optimizer();
  }

  @Override
  public LossScaler lossScaler() {
    return tensors.lossScaler();
  }

  @Override
  public TrainingData data() {
    return tensors.data();
  }

  @Override
  public void update() {
    run("optimizer_step", tensors::update);
  }

  @Override
  public void close() {
    tensors.close();
    try {
      Files.write(directory.resolve("computations-" + gpu + ".csv"), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
