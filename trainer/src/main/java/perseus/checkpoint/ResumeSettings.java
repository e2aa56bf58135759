package perseus.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import perseus.io.UserError;

/**
 * Compares the settings of a job with the settings with which a checkpoint was saved. The name of a
 * setting is the name of its command-line flag.
 *
 * <p>There are four kinds of settings:
 *
 * <ul>
 *   <li>The model and the tensor-parallel degree of the job must be the same as in the checkpoint.
 *   <li>The settings in {@link #CONFIRMED} change the training result. A setting in {@link
 *       #CONFIRMED} may differ from the checkpoint only if the user has given the flag of the
 *       setting. A default value must not replace a saved value unnoticed.
 *   <li>Some settings have no effect on a resumed training, and are not compared.
 *   <li>A setting that this class does not name may differ, but the user gets a message about the
 *       difference.
 * </ul>
 */
public final class ResumeSettings {
  /**
   * The settings that change the training result. A resumed job may change a setting in {@code
   * CONFIRMED} only if the user has given the flag of the setting.
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
   * The settings in {@code IRRELEVANT} change neither the losses nor the parameters of resumed
   * training. The standard deviation of the initial weights is irrelevant, because a checkpoint
   * replaces the initial weights. The initial loss scale is irrelevant, because a checkpoint
   * contains its own loss scale.
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
   * @param saved the settings with which the checkpoint was saved
   * @param current the settings of the job
   * @param given names of those flags in {@link #CONFIRMED} that the user has given
   * @return a text for each setting that differs, such as {@code pp 4 (was 2)}
   * @throws UserError if a setting differs that must be equal
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
