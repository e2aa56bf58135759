package perseus.job;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.gpu.GpuInfo;

/**
 * Holds the settings that all ranks of one node share. The local settings of two nodes may differ.
 *
 * @param tensors name of the class that implements {@code RankTensors.Factory} and creates the
 *     stages of a rank
 * @param data path of a text file or of a folder of images; null for synthetic data
 * @param tokenizer path of the tokenizer for the text; null to use each byte as a token
 * @param ranks number of ranks on this node
 * @param gpus the real GPU of each rank on this node, in the order of the ranks; empty if GPUs are
 *     simulated
 * @param environment environment variables that the processes of the ranks have in addition to the
 *     variables of the launcher
 * @param threads number of threads that each rank uses for tensor operations
 * @param scratch directory in which the ranks write their logs during the run
 * @param wallClockBreakdown whether to print how much wall-clock time each kind of instruction
 *     takes in an iteration, on average
 * @param verbose whether to print stack traces of failures
 * @param parameterDump directory in which the ranks save their parameters at the end of the run;
 *     null to save none
 * @param checkpoints paths of the node's checkpoints
 */
public record LocalSettings(
    String tensors,
    String data,
    String tokenizer,
    int ranks,
    List<GpuInfo> gpus,
    Map<String, String> environment,
    int threads,
    String scratch,
    boolean wallClockBreakdown,
    boolean verbose,
    String parameterDump,
    Checkpoints checkpoints) {

  /**
   * Holds the paths of a node's checkpoints.
   *
   * @param save directory into which the node saves checkpoints; null to save none
   * @param resume directory of checkpoints, or folder of one checkpoint, from which training
   *     resumes; null to train from the start
   */
  public record Checkpoints(String save, String resume) {
    /** Paths of a node that neither saves checkpoints nor resumes from one. */
    public static final Checkpoints NONE = new Checkpoints(null, null);
  }

  /**
   * Returns a copy of the node's settings with another number of threads and another directory for
   * temporary files.
   */
  public LocalSettings with(int newThreads, String newScratch) {
    return new LocalSettings(
        tensors,
        data,
        tokenizer,
        ranks,
        gpus,
        environment,
        newThreads,
        newScratch,
        wallClockBreakdown,
        verbose,
        parameterDump,
        checkpoints);
  }

  /**
   * Computes the digests of this node's input files. The keys of the returned map are the names of
   * the command-line flags that give the paths of the files.
   *
   * @throws perseus.io.UserError if a file cannot be read
   */
  public Map<String, ContentDigest> inputs() {
    // If several input files differ between two nodes, only the first difference is reported. The
    // digest of the training data comes first in the map, because training data differ more often
    // than the tokenizer.
    Map<String, ContentDigest> inputs = new LinkedHashMap<>();
    inputs.put("data", ContentDigest.of(data));
    inputs.put("tokenizer", ContentDigest.of(tokenizer));
    return inputs;
  }
}
