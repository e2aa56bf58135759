package perseus.tensor;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import perseus.transport.TensorGroup;

/** Creates tensor-parallel groups whose ranks are threads of this process. */
final class ThreadGroups {
  private final float[][] parts;
  private final CyclicBarrier barrier;

  private ThreadGroups(int ranks) {
    parts = new float[ranks][];
    barrier = new CyclicBarrier(ranks);
  }

  /** Runs {@code work} on every rank, and returns the results in the order of the ranks. */
  static <T> List<T> run(int ranks, Function<TensorGroup, T> work) throws Exception {
    ThreadGroups groups = new ThreadGroups(ranks);
    ExecutorService threads = Executors.newFixedThreadPool(ranks);
    try {
      List<Future<T>> results = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        TensorGroup group = groups.new Rank(rank);
        Callable<T> task = () -> work.apply(group);
        results.add(threads.submit(task));
      }
      List<T> values = new ArrayList<>();
      for (Future<T> result : results) {
        values.add(result.get(60, TimeUnit.SECONDS));
      }
      return values;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private final class Rank implements TensorGroup {
    private final int index;

    Rank(int index) {
      this.index = index;
    }

    @Override
    public int size() {
      return parts.length;
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public void sum(NDArray tensor) {
      parts[index] = tensor.toFloatArray();
      await();
      float[] sum = new float[parts[index].length];
      for (float[] part : parts) {
        for (int i = 0; i < sum.length; i++) {
          sum[i] += part[i];
        }
      }
      await();
      try (NDArray total = tensor.getManager().create(sum, tensor.getShape())) {
        tensor.muli(0).addi(total);
      }
    }

    private void await() {
      try {
        barrier.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("Another rank is missing", e);
      }
    }
  }
}
