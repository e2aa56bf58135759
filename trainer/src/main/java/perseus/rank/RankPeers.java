package perseus.rank;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import perseus.job.RankAddress;
import perseus.model.Model;
import perseus.parallel.Degrees;

/**
 * Finds the ranks with which a rank exchanges tensors. A rank exchanges activations and gradients
 * with its neighbours in the pipeline. A rank sums tensors with the ranks of its tensor-parallel
 * group. It also sums tensors with the ranks of other pipelines that hold the same stages. A rank
 * sums the gradients of shared parameters with the ranks that hold copies of them.
 */
final class RankPeers {
  private final TreeSet<Integer> peers = new TreeSet<>();

  /**
   * @param ring whether the last rank of a pipeline sends activations to the first rank of the
   *     pipeline
   * @param partition division of the model into stages. The partition lists the index of the first
   *     layer of each stage, and then the total number of layers.
   * @param whole whether the rank also sums tensors with all ranks of its pipeline
   */
  RankPeers(
      int rank,
      Degrees degrees,
      boolean ring,
      Model model,
      List<Integer> partition,
      boolean whole) {
    int place = degrees.ppRank(rank);
    if (place > 0 || ring) {
      peers.add(degrees.previousRank(rank));
    }
    if (place < degrees.pp() - 1 || ring) {
      peers.add(degrees.nextRank(rank));
    }
    peers.addAll(degrees.dataGroup(rank));
    peers.addAll(degrees.tensorGroup(rank));
    SharedParameters.holders(model, partition, degrees.pp()).values().stream()
        .filter(places -> places.contains(place))
        .forEach(places -> peers.addAll(degrees.stageGroup(rank, places)));
    if (whole) {
      IntStream.range(0, degrees.pp())
          .forEach(other -> peers.addAll(degrees.stageGroup(rank, List.of(other))));
    }
    peers.remove(rank);
  }

  /**
   * Returns the addresses of all ranks with which this rank exchanges tensors. In the returned map,
   * the key of an address is the number of the rank.
   *
   * @param all the addresses of all ranks of the job; the index in the list is the number of the
   *     rank
   */
  Map<Integer, InetSocketAddress> addresses(List<RankAddress> all) {
    Map<Integer, InetSocketAddress> addresses = new TreeMap<>();
    for (int peer : peers) {
      RankAddress address = all.get(peer);
      addresses.put(peer, new InetSocketAddress(address.host(), address.port()));
    }
    return addresses;
  }
}
