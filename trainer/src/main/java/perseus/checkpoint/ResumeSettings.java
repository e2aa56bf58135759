package perseus.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.io.UserError;

/**
 * Compares the command-line flags of a job with the flags of the job that saved a checkpoint.
 *
 * <p>There are four kinds of flags:
 *
 * <ul>
 *   <li>The model and the tensor-parallel degree must be the same as in the checkpoint.
 *   <li>The flags in {@link #CONFIRMED} change the training result. The value of a flag in {@link
 *       #CONFIRMED} may differ from the checkpoint only if the user has given the flag. The default
 *       value of a flag must not replace a saved value unnoticed.
 *   <li>Some flags have no effect on a resumed training, and are not compared.
 *   <li>A flag that this class does not name may differ, but the user gets a message about the
 *       difference.
 * </ul>
 */
public final class ResumeSettings {
  /**
   * Names of the flags that change the training result. A resumed job may use another value than
   * the checkpoint only if the user has given the flag.
   */
  public static final List<String> CONFIRMED =
      List.of(
          "seq_length",
          "learning_rate",
          "num_warmup_steps",
          "seed",
          "precision",
          "loss_scale_window",
          "data",
          "tokenizer");

  private static final String MODEL = "model";
  private static final String TENSOR_PARALLEL = "tp";

  /**
   * Names of the flags that change neither the losses nor the parameters of a resumed training. For
   * example, the flag {@code init_method_std} has no effect, because the checkpoint replaces the
   * initial weights.
   */
  private static final Set<String> IRRELEVANT =
      Set.of(
          "init_method_std",
          "initial_loss_scale",
          "train_schedule",
          "activation_checkpointing",
          "gpu",
          "clock_control",
          "power_limits",
          "transport",
          "overlap_grad_reduce",
          "sim_seed",
          "paced",
          "sim_slowdown",
          "export_timing_csv",
          "save",
          "save_every",
          "save_keep",
          "resume",
          "resume_changes");

  private ResumeSettings() {}

  /**
   * Checks that a job can continue the training from a checkpoint.
   *
   * @param checkpoint name of the checkpoint for error messages
   * @param saved map from the name of each saved flag to its value
   * @param current map from the name of each flag of the job to its value
   * @param given names of those flags in {@link #CONFIRMED} that the user has given
   * @return a text for each flag whose value differs, such as {@code pp 4 (was 2)}
   * @throws UserError if a value differs that must be the same
   */
  public static List<String> requireFits(
      String checkpoint,
      Map<String, String> saved,
      Map<String, String> current,
      List<String> given) {
    List<String> differences = new ArrayList<>();
    // The model is compared first, because a wrong model explains most other differences.
    requireEqual(checkpoint, MODEL, saved, current, "Give the directory of the other model.");
    requireEqual(
        checkpoint,
        TENSOR_PARALLEL,
        saved,
        current,
        "Only pp and dp may change, because tensor parallelism splits the saved tensors.");
    for (Map.Entry<String, String> setting : saved.entrySet()) {
      String name = setting.getKey();
      String now = current.get(name);
      if (now == null || now.equals(setting.getValue()) || IRRELEVANT.contains(name)) {
        continue;
      }
      if (CONFIRMED.contains(name) && !given.contains(name)) {
        throw new UserError(
            "%s was saved with %s %s, but this run has %s. Give --%s with the old value to continue as before, or with another value to change it."
                .formatted(checkpoint, name, setting.getValue(), now, name));
      }
      differences.add("%s %s (was %s)".formatted(name, now, setting.getValue()));
    }
    return differences;
  }

  private static void requireEqual(
      String checkpoint,
      String name,
      Map<String, String> saved,
      Map<String, String> current,
      String advice) {
    if (!current.get(name).equals(saved.get(name))) {
      throw new UserError(
          "%s was saved with %s %s, but this run has %s. %s"
              .formatted(checkpoint, name, saved.get(name), current.get(name), advice));
    }
  }
}
