package perseus.rank;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import perseus.job.Command;
import perseus.model.Model;
import perseus.parallel.Degrees;

/** The ranks that one exchanges tensors with. */
final class RankPeers {
  private final TreeSet<Integer> peers = new TreeSet<>();

  /**
   * @param ring whether the last rank of a pipeline sends to the first
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
   * Where they are.
   *
   * @param addresses of all ranks, in their order
   */
  Map<Integer, InetSocketAddress> at(List<Command.Meet.Address> addresses) {
    Map<Integer, InetSocketAddress> addressed = new TreeMap<>();
    for (int peer : peers) {
      Command.Meet.Address address = addresses.get(peer);
      addressed.put(peer, new InetSocketAddress(address.host(), address.port()));
    }
    return addressed;
  }
}
