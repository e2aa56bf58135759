package perseus.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Describes a workload of the Perseus paper that {@code perseus-profile} can run on simulated GPUs.
 *
 * <p>The models, microbatches and stages are from the evaluation in Chung et al., Reducing Energy
 * Bloat in Large Model Training, SOSP 2024. Only the values of {@code --num_prof_steps} were chosen
 * in this project.
 *
 * @param model name of the model, such as {@code gpt3-xl}
 * @param gpu simulated GPU, such as {@code a100-pcie}
 * @param arguments arguments of {@code perseus-profile} after the model
 */
public record PaperWorkload(String model, String gpu, String arguments) {
  private static final String A100 = "a100-pcie";
  private static final String A100_SXM = "a100-sxm";
  private static final String A40 = "a40";

  /**
   * Numbers of microbatches that one pipeline runs per iteration in the paper's emulation of large
   * clusters.
   */
  public static final List<Integer> EMULATED_MICROBATCHES = List.of(12, 24, 48, 96);

  /**
   * Number of microbatches that all pipelines together run per iteration in the paper's emulation
   * of large clusters.
   */
  private static final int GLOBAL_MICROBATCHES = 1536;

  private static final Set<String> EMULATED_MODELS = Set.of("gpt3-175b", "bloom");
  private static final String EMULATED = "1 12 --pp 8 --tp 8 --num_prof_steps 4";

  /** All workloads of the paper that {@code perseus-profile} can run on simulated GPUs. */
  public static final List<PaperWorkload> ALL =
      List.of(
          of("gpt3-xl", A100, "8 128 --partition_method custom:0,8,14,21,27 --num_prof_steps 4"),
          of(
              "bert-huge-uncased",
              A100,
              "8 32 --partition_method custom:0,8,14,20,26 --num_prof_steps 30"),
          of("t5-3b", A100, "4 32 --partition_method custom:0,16,33,53,74 --num_prof_steps 30"),
          of("bloom-3b", A100, "4 128 --partition_method custom:0,10,18,26,32 --num_prof_steps 4"),
          of(
              "wide-resnet101_8",
              A100,
              "64 24 --partition_method custom:0,7,16,25,34 --num_prof_steps 20"),
          of(
              "gpt3-2.7b",
              A40,
              "4 256 --partition_method uniform_transformer --pp 8 --num_prof_steps 4"),
          of(
              "bert-huge-uncased",
              A40,
              "8 32 --partition_method uniform_transformer --pp 8 --num_prof_steps 40"),
          of(
              "t5-3b",
              A40,
              "4 32 --partition_method custom:0,9,16,24,33,43,53,63,74 --pp 8 --num_prof_steps 20"),
          of(
              "bloom-3b",
              A40,
              "4 128 --partition_method custom:0,6,10,14,18,22,26,30,32 --pp 8 --num_prof_steps 5"),
          of(
              "wide-resnet101_8",
              A40,
              "32 48 --partition_method custom:0,4,9,13,17,21,25,30,34 --pp 8 --num_prof_steps 20"),
          of("gpt3-175b", A100_SXM, EMULATED),
          of("bloom", A100_SXM, EMULATED),
          of("gpt3-175b", A40, EMULATED),
          of("bloom", A40, EMULATED));

  private static PaperWorkload of(String model, String gpu, String arguments) {
    return new PaperWorkload(model, gpu, arguments);
  }

  /** Returns whether the paper evaluates a model by emulating large clusters. */
  public static boolean isEmulated(String model) {
    return EMULATED_MODELS.contains(model);
  }

  /**
   * Returns the number of pipelines of the paper's emulated cluster, if each pipeline runs {@code
   * microbatches} microbatches per iteration. If {@link #GLOBAL_MICROBATCHES} is not a multiple of
   * {@code microbatches}, the method returns 1.
   */
  public static int pipelines(int microbatches) {
    return GLOBAL_MICROBATCHES % microbatches == 0 ? GLOBAL_MICROBATCHES / microbatches : 1;
  }

  /** Returns the shell command that records this workload on simulated GPUs. */
  public String command() {
    return "bin/perseus-profile %s %s --engine virtual --gpu sim:%s --output_dir %s/%s-%s"
        .formatted(model, arguments, gpu, DIRECTORY, model, gpu);
  }

  private static final String DIRECTORY = "runs/paper";

  /**
   * Returns the shell commands that record all given workloads, and then evaluate the recordings.
   */
  public static List<String> commands(List<PaperWorkload> workloads) {
    List<String> lines = new ArrayList<>();
    workloads.forEach(workload -> lines.add(workload.command()));
    lines.add("bin/perseus-analyze evaluate " + DIRECTORY + "/*");
    return lines;
  }

  /** Returns whether {@code evaluated} has this workload's model and GPU. */
  boolean isSame(EvaluatedWorkload evaluated) {
    return evaluated.model().equals(model)
        && evaluated.gpu().toLowerCase(Locale.ROOT).contains(gpu);
  }
}
