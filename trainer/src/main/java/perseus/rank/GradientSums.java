package perseus.rank;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.engine.StageProgram.Piece;
import perseus.tensor.parameter.StageParameter;
import perseus.transport.TensorGroup;

/**
 * Sums the gradients of a rank over its replicas, the ranks that hold the same parameters in the
 * other pipelines. The sums can start before the end of the last backwards, as soon as gradients
 * are final ({@link FinalGradients}). Then gradients are collected in buckets, and the sums of a
 * bucket start when it is full. A bucket is full when it holds {@value #BUCKET_BYTES} bytes, or a
 * quarter of all gradients of the rank if this is less. All replicas fill the same buckets in the
 * same order. The sum of an element does not depend on the bucket that contains the element.
 *
 * <p>The gradient of a parameter that several ranks of a pipeline hold is not final before {@link
 * SharedParameters#reduce}, so its sum starts in {@link #finish}.
 */
final class GradientSums {
  /** PyTorch's default size of a bucket is also 25 MiB. */
  private static final long BUCKET_BYTES = 25L << 20;

  private static final int FEWEST_BUCKETS = 4;

  private final TensorGroup replicas;
  private final FinalGradients finals;
  private final Set<String> later;
  private final NDArray meeting;
  private final Map<String, StageParameter> all = new LinkedHashMap<>();

  /** The gradients of this iteration whose sums have not started. */
  private final Map<String, NDArray> waiting = new LinkedHashMap<>();

  private final List<NDArray> bucket = new ArrayList<>();
  private final long fullBucketBytes;
  private long bucketBytes;
  private boolean hasStarted;

  /**
   * @param finals tells which gradients are final after a backward; null if no sum starts before
   *     the end of the last backwards
   * @param parameters all parameters of the rank, in the same order on all replicas
   * @param later names of the parameters that several ranks of a pipeline hold
   * @param manager the DJL object on whose device the rank computes
   */
  GradientSums(
      TensorGroup replicas,
      FinalGradients finals,
      List<StageParameter> parameters,
      Set<String> later,
      NDManager manager) {
    this.replicas = replicas;
    this.finals = finals;
    this.later = later;
    meeting = manager.zeros(new Shape(1));
    parameters.forEach(parameter -> all.put(parameter.name(), parameter));
    long bytes = parameters.stream().mapToLong(parameter -> bytes(parameter.gradient())).sum();
    fullBucketBytes = Math.min(BUCKET_BYTES, bytes / FEWEST_BUCKETS);
    restart();
  }

  private static long bytes(NDArray gradient) {
    return Float.BYTES * gradient.size();
  }

  private void restart() {
    all.forEach((name, parameter) -> waiting.put(name, parameter.gradient()));
  }

  /** Returns whether no other rank holds the same stages. */
  boolean isAlone() {
    return replicas.size() == 1;
  }

  /** Returns whether sums start during the last backwards. */
  boolean overlaps() {
    return finals != null;
  }

  /**
   * Adds the gradients that have become final to the bucket. If the bucket is full, starts its
   * sums.
   *
   * @param backward the stage and the microbatch of the backward that runs
   * @param layer index of the layer in the stage whose backward is started
   */
  void afterLayer(Piece backward, int layer) {
    if (!overlaps()) {
      return;
    }
    for (String name : finals.after(backward, layer)) {
      if (!later.contains(name)) {
        NDArray gradient = waiting.remove(name);
        bucket.add(gradient);
        bucketBytes += bytes(gradient);
      }
    }
    if (!bucket.isEmpty() && bucketBytes >= fullBucketBytes) {
      startBucket();
    }
  }

  private void startBucket() {
    replicas.start(List.copyOf(bucket));
    bucket.clear();
    bucketBytes = 0;
    hasStarted = true;
  }

  /**
   * Starts to sum one number over the replicas. The next wait for the sums of this rank then lasts
   * until all replicas have called this method. If sums of gradients have already started, this
   * method does nothing, because a wait for these sums also waits for the replicas.
   */
  void meetReplicas() {
    if (!hasStarted) {
      replicas.sum(meeting);
    }
  }

  /**
   * Starts the sums that have not started yet, and makes later computations wait for all sums of
   * this iteration.
   */
  void finish() {
    bucket.addAll(waiting.values());
    waiting.clear();
    if (overlaps()) {
      if (!bucket.isEmpty()) {
        startBucket();
      }
      replicas.join();
    } else {
      replicas.sumAll(bucket);
      bucket.clear();
    }
    hasStarted = false;
    restart();
  }
}
