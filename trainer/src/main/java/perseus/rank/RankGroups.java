package perseus.rank;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import perseus.model.Model;
import perseus.parallel.Degrees;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport;

/**
 * Creates all groups of ranks over which a rank sums tensors. All ranks create their groups before
 * they build their stages. Building a stage may take long, and a rank waits only for a limited time
 * for the other ranks of a group.
 */
final class RankGroups {
  // The next three constants are the numbers by which a rank identifies its groups.
  private static final int TENSOR_GROUP = 0;
  private static final int DATA_GROUP = 1;
  private static final int FIRST_SHARED_GROUP = 2;

  private final TensorGroup tensorParallel;
  private final TensorGroup replicas;
  private final List<Integer> pipeline;
  private final Map<List<Integer>, TensorGroup> shared = new LinkedHashMap<>();

  /**
   * @param partition division of the model into stages. The partition lists the index of the first
   *     layer of each stage, and then the total number of layers.
   * @param whole whether the rank also needs a group of all ranks of its pipeline
   */
  RankGroups(
      TensorTransport transport,
      int rank,
      Degrees degrees,
      Model model,
      List<Integer> partition,
      boolean whole) {
    pipeline = IntStream.range(0, degrees.pp()).boxed().toList();
    tensorParallel = transport.group(TENSOR_GROUP, degrees.tensorGroup(rank));
    replicas = transport.group(DATA_GROUP, degrees.dataGroup(rank));
    int number = FIRST_SHARED_GROUP;
    Set<List<Integer>> groups =
        new LinkedHashSet<>(SharedParameters.holders(model, partition, degrees.pp()).values());
    if (whole) {
      groups.add(pipeline);
    }
    // The groups have the same order on all ranks, so that all ranks give the same number to a
    // group.
    for (List<Integer> places : groups) {
      if (places.contains(degrees.ppRank(rank))) {
        shared.put(places, transport.group(number, degrees.stageGroup(rank, places)));
      }
      number++;
    }
  }

  /**
   * Returns the tensor-parallel group: the ranks that hold shards of the same layers as this rank.
   */
  TensorGroup tensorParallel() {
    return tensorParallel;
  }

  /**
   * Returns the group of all ranks that hold the same parameters as the rank, one rank of each
   * pipeline.
   */
  TensorGroup replicas() {
    return replicas;
  }

  /**
   * Returns three groups of this rank: the ranks of its pipeline, its tensor-parallel group, and
   * its replicas in the other pipelines. Sums over the three returned groups, one after the other,
   * result in the sum over all ranks of the job.
   */
  List<TensorGroup> all() {
    return List.of(shared(pipeline), tensorParallel, replicas);
  }

  /**
   * Returns a group of ranks of this rank's pipeline. The ranks are at the given positions, and
   * hold copies of a shared parameter.
   */
  TensorGroup shared(List<Integer> places) {
    return shared.get(places);
  }
}
