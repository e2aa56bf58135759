package perseus.rank;

import ai.djl.ndarray.NDArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.checkpoint.CheckpointDirectory;
import perseus.checkpoint.CheckpointManifest;
import perseus.checkpoint.CheckpointWriter;
import perseus.checkpoint.SavedFile;
import perseus.checkpoint.SavedShard;
import perseus.checkpoint.SavedTensor;
import perseus.checkpoint.TensorFile;
import perseus.io.UserError;
import perseus.job.LocalSettings;
import perseus.job.RankSettings;
import perseus.parallel.Degrees;
import perseus.tensor.AdamW;
import perseus.tensor.LossScaler;
import perseus.tensor.parameter.StageParameter;
import perseus.wire.HostName;

/**
 * Writes the parameters and the optimizer state of a rank into a checkpoint, and reads them from a
 * checkpoint. A rank finds its parameters by their names. The ranks that read a checkpoint may hold
 * other stages than the ranks that wrote it.
 */
final class RankCheckpoint {
  private static final String FIRST_MOMENT = ".first_moment";
  private static final String SECOND_MOMENT = ".second_moment";

  // The next three constants are keys in the metadata of the file with the optimizer state. The
  // metadata contain LOSS_SCALE and GOOD_STEPS only if the loss is scaled.
  private static final String STEPS = "optimizer_steps";
  private static final String LOSS_SCALE = "loss_scale";
  private static final String GOOD_STEPS = "steps_since_loss_scale_changed";

  private final int rank;
  private final Degrees degrees;
  private final LocalSettings.Checkpoints paths;
  private final List<StageParameter> parameters;
  private final AdamW optimizer;
  private final LossScaler scaler;

  RankCheckpoint(RankSettings settings, RankTensors tensors) {
    this.rank = settings.rank();
    this.degrees = settings.job().parallelism().degrees();
    this.paths = settings.local().checkpoints();
    this.parameters = tensors.model().parameters();
    this.optimizer = tensors.optimizer();
    this.scaler = tensors.lossScaler();
  }

  /**
   * Writes this rank's files into a checkpoint.
   *
   * @param folder temporary name of the folder that holds the checkpoint
   * @return the files; null if another data-parallel replica of this rank writes them
   * @throws UserError if a file cannot be written
   */
  SavedShard save(String folder) {
    if (degrees.dpRank(rank) > 0) {
      return null;
    }
    Path directory = new CheckpointWriter(Path.of(paths.save())).begin(folder);
    return new SavedShard(
        rank,
        degrees.ppRank(rank),
        degrees.tpRank(rank),
        HostName.get(),
        write(directory.resolve("parameters-" + rank + ".safetensors"), Map.of(), values()),
        write(directory.resolve("optimizer-" + rank + ".safetensors"), counts(), moments()),
        parameters.stream().map(StageParameter::name).toList());
  }

  private Map<String, String> counts() {
    Map<String, String> counts = new LinkedHashMap<>();
    counts.put(STEPS, String.valueOf(optimizer.steps()));
    if (scaler != null) {
      counts.put(LOSS_SCALE, String.valueOf(scaler.state().scale()));
      counts.put(GOOD_STEPS, String.valueOf(scaler.state().goodSteps()));
    }
    return counts;
  }

  private Map<String, NDArray> values() {
    Map<String, NDArray> values = new LinkedHashMap<>();
    parameters.forEach(parameter -> values.put(parameter.name(), parameter.value()));
    return values;
  }

  private Map<String, NDArray> moments() {
    Map<String, NDArray> moments = new LinkedHashMap<>();
    for (AdamW.Moments each : optimizer.moments()) {
      moments.put(each.parameter() + FIRST_MOMENT, each.first());
      moments.put(each.parameter() + SECOND_MOMENT, each.second());
    }
    return moments;
  }

  private static SavedFile write(
      Path file, Map<String, String> metadata, Map<String, NDArray> tensors) {
    return TensorFile.write(
        file,
        metadata,
        tensors.entrySet().stream()
            .map(entry -> new SavedTensor(entry.getKey(), TensorChunks.shape(entry.getValue())))
            .toList(),
        saved -> TensorChunks.source(tensors.get(saved.name())));
  }

  /**
   * Reads the parameters and the optimizer state of this rank from a checkpoint.
   *
   * @param step number of training steps after which the checkpoint was saved
   * @return names of the files that this rank needs but that are missing on its node. If files are
   *     missing, the method reads nothing.
   * @throws UserError if a file is damaged, or lacks a parameter of this rank
   */
  List<String> resume(int step) {
    Path folder = CheckpointDirectory.folder(Path.of(paths.resume()), step);
    Map<SavedShard, List<String>> shards = needed(folder, CheckpointManifest.read(folder));
    List<String> missing =
        shards.keySet().stream()
            .flatMap(SavedShard::files)
            .map(SavedFile::name)
            .filter(name -> !Files.exists(folder.resolve(name)))
            .toList();
    if (missing.isEmpty()) {
      shards.forEach((shard, names) -> read(folder, shard, names));
      parameters.forEach(StageParameter::valuesChanged);
    }
    return missing;
  }

  /**
   * Returns the shards (the files of one rank in the checkpoint) that this rank reads. For each
   * shard, the returned map lists the names of the parameters that the rank reads from the shard.
   * If several shards contain a parameter, the rank reads the shard at its own position in the
   * pipeline.
   */
  private Map<SavedShard, List<String>> needed(Path folder, CheckpointManifest manifest) {
    List<SavedShard> candidates = new ArrayList<>();
    for (SavedShard shard : manifest.shards()) {
      if (shard.tpRank() == degrees.tpRank(rank)) {
        candidates.add(shard.ppRank() == degrees.ppRank(rank) ? 0 : candidates.size(), shard);
      }
    }
    Map<SavedShard, List<String>> needed = new LinkedHashMap<>();
    for (StageParameter parameter : parameters) {
      SavedShard holder =
          candidates.stream()
              .filter(shard -> shard.names().contains(parameter.name()))
              .findFirst()
              .orElseThrow(() -> lacks(folder, parameter.name()));
      needed.computeIfAbsent(holder, shard -> new ArrayList<>()).add(parameter.name());
    }
    return needed;
  }

  private void read(Path folder, SavedShard shard, List<String> names) {
    Map<String, NDArray> values = values();
    values.keySet().retainAll(names);
    read(folder.resolve(shard.parameters().name()), shard.parameters(), values);
    Map<String, NDArray> moments = new LinkedHashMap<>();
    moments()
        .forEach(
            (name, moment) -> {
              if (names.contains(name.substring(0, name.lastIndexOf('.')))) {
                moments.put(name, moment);
              }
            });
    Path file = folder.resolve(shard.optimizer().name());
    Map<String, String> counts = read(file, shard.optimizer(), moments);
    try {
      optimizer.resumeAfter(Integer.parseInt(counts.get(STEPS)));
    } catch (NumberFormatException e) {
      throw new UserError(
          "%s is damaged: it does not say how many steps the optimizer has run. Resume from another checkpoint."
              .formatted(file),
          e);
    }
    // If the checkpoint was saved without loss scaling, the scaler keeps its initial scale.
    if (scaler != null && counts.containsKey(LOSS_SCALE)) {
      scaler.resume(lossScale(file, counts));
    }
  }

  private static LossScaler.State lossScale(Path file, Map<String, String> counts) {
    try {
      double scale = Double.parseDouble(counts.get(LOSS_SCALE));
      int goodSteps = Integer.parseInt(counts.get(GOOD_STEPS));
      if (scale >= 1 && scale <= Float.MAX_VALUE && goodSteps >= 0) {
        return new LossScaler.State(scale, goodSteps);
      }
    } catch (NumberFormatException e) {
      // The metadata contain no valid number, so the error below is thrown.
    }
    throw new UserError(
        "%s is damaged: its loss scale is '%s', unchanged for '%s' steps. Resume from another checkpoint."
            .formatted(file, counts.get(LOSS_SCALE), counts.get(GOOD_STEPS)));
  }

  private static Map<String, String> read(
      Path file, SavedFile expected, Map<String, NDArray> tensors) {
    Map<String, NDArray> missing = new LinkedHashMap<>(tensors);
    Map<String, String> metadata =
        TensorFile.read(
            file,
            expected,
            saved -> {
              NDArray tensor = missing.remove(saved.name());
              if (tensor == null) {
                return null;
              }
              if (!saved.shape().equals(TensorChunks.shape(tensor))) {
                throw new UserError(
                    "%s has the tensor %s with the shape %s, but this run needs the shape %s. Resume with the settings of the checkpoint."
                        .formatted(file, saved.name(), saved.shape(), TensorChunks.shape(tensor)));
              }
              return TensorChunks.sink(tensor);
            });
    if (!missing.isEmpty()) {
      throw lacks(file, missing.keySet().iterator().next());
    }
    return metadata;
  }

  private static UserError lacks(Path path, String name) {
    return new UserError(
        "%s lacks the tensor %s. Resume from a checkpoint of the same model."
            .formatted(path, name));
  }
}
