package perseus.checkpoint;

import java.util.List;
import java.util.stream.Stream;

/**
 * Describes the two files that one rank has written into a checkpoint. The data-parallel replicas
 * of a rank hold equal parameters, so only the first replica writes files.
 *
 * @param rank number of the rank that has written the files
 * @param ppRank position of the rank in its pipeline, from 0
 * @param tpRank number of the rank's tensor-parallel shard, from 0
 * @param host name of the host on which the rank ran
 * @param parameters the file with the values of the parameters
 * @param optimizer the file with the first and second moments of the optimizer
 * @param names the names of the parameters in the files
 */
public record SavedShard(
    int rank,
    int ppRank,
    int tpRank,
    String host,
    SavedFile parameters,
    SavedFile optimizer,
    List<String> names) {

  /** Returns the file of the parameters and the file of the optimizer. */
  public Stream<SavedFile> files() {
    return Stream.of(parameters, optimizer);
  }
}
