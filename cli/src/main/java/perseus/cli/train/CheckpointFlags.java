package perseus.cli.train;

import java.nio.file.Path;
import java.util.List;
import perseus.checkpoint.CheckpointDirectory;
import perseus.checkpoint.ResumeSettings;
import perseus.cli.common.FlagGroup;
import perseus.io.UserError;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Reads the flags about checkpoints, from which training can be resumed. */
@FlagGroup("Checkpoints")
final class CheckpointFlags {
  private static final int DEFAULT_KEEP = 3;

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description =
          "Save checkpoints into this directory, each into a folder such as step-000120: the parameters, the state of the"
              + " optimizer and the position in the data. The last step of the run is always saved.")
  private Path save;

  @Option(
      names = "--save_every",
      paramLabel = "N",
      description =
          "Also save after every N-th training step. Steps are counted from the start of the training, over all runs.")
  private Integer saveEvery;

  @Option(
      names = "--save_keep",
      paramLabel = "N",
      description =
          "Keep the newest N checkpoints of the directory and delete older ones. Default: "
              + DEFAULT_KEEP
              + ".")
  private Integer saveKeep;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Continue the training from the newest complete checkpoint in this directory, or from the checkpoint in this"
              + " folder, such as DIR/step-000120. --pp and --dp may differ from their values in the checkpoint.")
  private Path resume;

  /**
   * Checks the values of all flags of this class.
   *
   * @param virtual whether the virtual engine simulates the job, so that there are no parameters to
   *     save
   * @throws UserError if the value of a flag is not allowed, or if a flag needs another flag that
   *     is missing
   */
  void check(boolean virtual) {
    if (virtual && (save != null || resume != null)) {
      throw new UserError(
          "%s needs --engine djl, because the virtual engine has no parameters."
              .formatted(save != null ? "--save" : "--resume"));
    }
    requireOne("--save_every", saveEvery);
    requireOne("--save_keep", saveKeep);
  }

  private void requireOne(String flag, Integer value) {
    if (value == null) {
      return;
    }
    if (value < 1) {
      throw new UserError("%s must be 1 or more, not %d.".formatted(flag, value));
    }
    if (save == null) {
      throw new UserError("%s needs --save with a directory for the checkpoints.".formatted(flag));
    }
  }

  /**
   * Returns the settings of checkpoints that must be equal on all nodes.
   *
   * @param command the parsed command line, from which the method reads which flags the user has
   *     given
   */
  JobSpec.Checkpoints ofJob(CommandLine command) {
    List<String> given =
        ResumeSettings.CONFIRMED.stream()
            .filter(name -> command.getParseResult().hasMatchedOption("--" + name))
            .toList();
    return new JobSpec.Checkpoints(
        save != null,
        saveEvery == null ? 0 : saveEvery,
        saveKeep == null ? DEFAULT_KEEP : saveKeep,
        resume != null,
        resume == null ? List.of() : given);
  }

  /** Returns the paths of this node's checkpoints. */
  LocalSettings.Checkpoints ofNode() {
    return new LocalSettings.Checkpoints(text(save), text(resume));
  }

  /**
   * Returns a sentence about the checkpoints that an interrupted run has left; null if there are
   * none.
   */
  String kept() {
    return save == null || new CheckpointDirectory(save).complete().isEmpty()
        ? null
        : "Interrupted. The complete checkpoints in %s are kept; --resume %s continues from the newest."
            .formatted(save, save);
  }

  private static String text(Path path) {
    return path == null ? null : path.toAbsolutePath().toString();
  }
}
