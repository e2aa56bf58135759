package perseus.job;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings that the ranks of one node have in common, and that may differ between nodes.
 *
 * @param tensors class name of the {@code RankTensors.Factory} that makes the ranks' models
 * @param data path of a text file or of a folder of images; null for synthetic data
 * @param tokenizer path of the text's tokenizer; null to use bytes as tokens
 * @param ranks number of ranks on the node
 * @param threads number of threads of each rank's tensor operations
 * @param scratch directory in which the ranks keep their logs
 * @param wallClockBreakdown whether to print the times of an iteration by kind of instruction
 * @param verbose whether to print stack traces of failures
 * @param parameterDump directory for the parameters at the end of the run; null for none
 */
public record LocalSettings(
    String tensors,
    String data,
    String tokenizer,
    int ranks,
    int threads,
    String scratch,
    boolean wallClockBreakdown,
    boolean verbose,
    String parameterDump) {

  /** Returns these settings with another number of threads and another scratch directory. */
  public LocalSettings with(int newThreads, String newScratch) {
    return new LocalSettings(
        tensors,
        data,
        tokenizer,
        ranks,
        newThreads,
        newScratch,
        wallClockBreakdown,
        verbose,
        parameterDump);
  }

  /**
   * Computes the digests of this node's input files, by the flag that names the file.
   *
   * @throws perseus.io.UserError if a file cannot be read
   */
  public Map<String, ContentDigest> inputs() {
    // The order decides which difference between two nodes is reported: the data differ more often.
    Map<String, ContentDigest> inputs = new LinkedHashMap<>();
    inputs.put("data", ContentDigest.of(data));
    inputs.put("tokenizer", ContentDigest.of(tokenizer));
    return inputs;
  }
}
