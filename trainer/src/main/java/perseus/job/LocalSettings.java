package perseus.job;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.LinkedHashMap;
import java.util.Map;
import perseus.tensor.runtime.DjlRuntime;

/**
 * What the ranks of one node have in common.
 *
 * @param tensors class name of the {@code RankTensors.Factory} that makes their models
 * @param data a text file or a folder of images; null for made-up data
 * @param tokenizer the text's tokenizer; null for bytes
 * @param ranks how many they are
 * @param threads threads of a rank's operations
 * @param scratch where ranks keep their logs
 * @param wallClockBreakdown whether to print what an iteration's time goes into
 * @param verbose whether to show stack traces
 * @param parameterDump a directory for the parameters at the end of the run; null for none
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
  public LocalSettings with(int ofThreads, String directory) {
    return new LocalSettings(
        tensors,
        data,
        tokenizer,
        ranks,
        ofThreads,
        directory,
        wallClockBreakdown,
        verbose,
        parameterDump);
  }

  /**
   * What the files hold that this node was given, by the flag that names them.
   *
   * @throws perseus.io.UserError if one cannot be read
   */
  public Map<String, ContentDigest> inputs() {
    // In this order: the data are the likelier to differ.
    Map<String, ContentDigest> inputs = new LinkedHashMap<>();
    inputs.put("data", ContentDigest.of(data));
    inputs.put("tokenizer", ContentDigest.of(tokenizer));
    return inputs;
  }

  /** Where a rank's tensors live: ranks of a node share out its GPUs, if the engine finds any. */
  public Device device(int rank) {
    Device device = DjlRuntime.defaultDevice();
    return device.isGpu()
        ? Device.gpu(rank % ranks % Engine.getEngine("PyTorch").getGpuCount())
        : device;
  }
}
