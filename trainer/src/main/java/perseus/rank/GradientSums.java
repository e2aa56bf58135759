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
 * Sums the gradients of a rank over its replicas. Replicas are the ranks of other pipelines that
 * hold the same parameters. The sum of a gradient can start before the last backwards have ended,
 * when no later backward adds to it ({@link FinalGradients}). Final gradients are collected in a
 * bucket (a list of gradients). Their sums start when the bucket is full. A bucket is full when it
 * holds 25 MiB or a quarter of all gradients of the rank, whichever is less. All ranks with the
 * same stages fill the same buckets (lists of gradients) in the same order. The sum of a gradient
 * does not depend on which other gradients are in its bucket.
 *
 * <p>Some parameters are held by several ranks of a pipeline. Their sums over the replicas start
 * only in {@link #finish}, because {@link SharedParameters#reduce} changes their gradients first.
 */
final class GradientSums {
  /** Maximum size of a bucket in bytes. PyTorch has the same default size. */
  private static final long BUCKET_BYTES = 25L << 20;

  private static final int FEWEST_BUCKETS = 4;

  private final TensorGroup replicas;
  private final FinalGradients finals;
  private final Set<String> later;
  private final NDArray meeting;
  private final Map<String, StageParameter> all = new LinkedHashMap<>();

  private final Map<String, NDArray> waiting = new LinkedHashMap<>();

  private final List<NDArray> bucket = new ArrayList<>();
  private final long fullBucketBytes;
  private long bucketBytes;
  private boolean hasStarted;

  /**
   * @param finals object that finds the gradients that are final after a backward; null if all sums
   *     start after the last backwards
   * @param parameters all parameters of the rank, in an order that is the same on all ranks with
   *     the same stages
   * @param later names of parameters that several ranks of a pipeline hold; their sums start in
   *     {@link #finish}
   * @param manager the DJL object of the device on which the rank computes
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

  /** Returns whether sums of gradients can start before the last backwards have ended. */
  boolean overlaps() {
    return finals != null;
  }

  /**
   * Adds to the bucket (list of gradients) the gradients that are final after the backward of a
   * layer. If the bucket (list of gradients) is full, the method starts the sums of the gradients.
   *
   * @param backward the stage and the microbatch to which the backward belongs
   * @param layer index of the layer in its stage
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
   * Lets the caller wait until all ranks with the same stages have called {@code meetReplicas}. For
   * this purpose, these ranks start a sum of a number that has no meaning. If sums of gradients
   * have already started, they make the caller wait anyway, so the method does nothing.
   */
  void meetReplicas() {
    if (!hasStarted) {
      replicas.sum(meeting);
    }
  }

  /**
   * Starts the sums of all remaining gradients. Later computations of this rank wait for all sums
   * of this iteration.
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
