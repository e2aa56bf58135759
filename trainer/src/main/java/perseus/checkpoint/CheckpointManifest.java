package perseus.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import perseus.io.JsonFiles;
import perseus.io.UserError;

/**
 * Holds the content of checkpoint.json, which describes one checkpoint.
 *
 * @param schemaVersion version of the format of checkpoint.json
 * @param id random text that differs between any two checkpoints
 * @param model name of the model in the model zoo
 * @param step number of training steps after which the checkpoint was saved
 * @param nextMicrobatch index of the first microbatch of the next training step, counted from 0
 *     over the whole training and over all pipelines
 * @param settings map from the name of each command-line flag to its value, as text
 * @param shards files of each rank that has written files, in the order of the ranks
 */
public record CheckpointManifest(
    int schemaVersion,
    String id,
    String model,
    int step,
    long nextMicrobatch,
    Map<String, String> settings,
    List<SavedShard> shards) {
  /** Name of the file with the description of a checkpoint, in the folder of the checkpoint. */
  public static final String FILE_NAME = "checkpoint.json";

  public static final int SCHEMA_VERSION = 1;

  /**
   * Reads the manifest of a checkpoint.
   *
   * @throws UserError if the file checkpoint.json is missing, damaged, or has another version
   */
  public static CheckpointManifest read(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    CheckpointManifest manifest =
        JsonFiles.read(file, CheckpointManifest.class, "the description of a checkpoint");
    if (manifest.schemaVersion != SCHEMA_VERSION) {
      throw new UserError(
          "%s has the schema_version %d, but this version of Perseus reads %d. Use the version of Perseus that has written it."
              .formatted(file, manifest.schemaVersion, SCHEMA_VERSION));
    }
    if (!manifest.isValid()) {
      throw new UserError(
          "%s is damaged: a value is missing or wrong. Resume from another checkpoint."
              .formatted(file));
    }
    return manifest;
  }

  private boolean isValid() {
    return id != null
        && model != null
        && step > 0
        && nextMicrobatch > 0
        && settings != null
        && shards != null
        && shards.stream().allMatch(CheckpointManifest::isValid);
  }

  private static boolean isValid(SavedShard shard) {
    return shard != null
        && shard.names() != null
        && Stream.of(shard.parameters(), shard.optimizer())
            .allMatch(
                file ->
                    file != null
                        && file.name() != null
                        && file.name().matches("[\\w-]+\\.safetensors")
                        && file.sha256() != null);
  }

  /** Returns the text of the file checkpoint.json. */
  public String toJson() {
    return JsonFiles.toJson(this);
  }
}
