package perseus.rank;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import perseus.job.RankAddress;
import perseus.model.Model;
import perseus.parallel.Degrees;

/**
 * Finds the ranks that a rank exchanges tensors with: its neighbours in the pipeline, its replicas,
 * the ranks that share its stages, and those that hold copies of its shared parameters.
 */
final class RankPeers {
  private final TreeSet<Integer> peers = new TreeSet<>();

  /**
   * @param ring whether the last rank of a pipeline sends activations to the first one
   * @param partition the first layer of each stage, followed by the number of layers
   */
  RankPeers(int rank, Degrees degrees, boolean ring, Model model, List<Integer> partition) {
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
    peers.remove(rank);
  }

  /**
   * Returns the addresses of these ranks, by rank.
   *
   * @param all the addresses of all ranks, by rank
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
