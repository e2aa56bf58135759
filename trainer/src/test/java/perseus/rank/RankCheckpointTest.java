package perseus.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perseus.checkpoint.CheckpointManifest;
import perseus.checkpoint.CheckpointWriter;
import perseus.checkpoint.SavedShard;
import perseus.io.UserError;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.RankSettings;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;
import perseus.tensor.AdamW;
import perseus.tensor.LossScaler;
import perseus.tensor.RankModel;
import perseus.tensor.SmallModels;
import perseus.tensor.StageModel;
import perseus.tensor.autograd.Precision;
import perseus.tensor.data.TrainingData;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/** Saves and resumes ranks in this process, and compares all parameters and moments bit for bit. */
class RankCheckpointTest {
  private static final int SAVED_STEP = 3;
  private static final int STEPS = 6;

  /**
   * The warm-up of the learning rate ends after the checkpoint. A wrong number of steps would
   * therefore change the losses.
   */
  private static final AdamW.Settings SETTINGS = AdamW.Settings.of(0.01, 5);

  /** Loss scale with which the gradients of the first steps overflow float16. */
  private static final double OVERFLOWING_SCALE = 1L << 20;

  @TempDir Path directory;

  private record Tensors(RankModel model, AdamW optimizer, LossScaler lossScaler, TrainingData data)
      implements RankTensors {
    static Tensors of(Family family, Degrees degrees, int ppRank, int stages, long seed) {
      return of(family, Precision.FP32, degrees, ppRank, stages, seed);
    }

    static Tensors of(
        Family family, Precision precision, Degrees degrees, int ppRank, int stages, long seed) {
      Model model = SmallModels.of(family);
      List<StageSpec> specs = new ArrayList<>();
      for (int stage = ppRank; stage < stages; stage += degrees.pp()) {
        specs.add(
            new StageSpec(
                model,
                stage * model.layers().size() / stages,
                (stage + 1) * model.layers().size() / stages,
                new Batch(SmallModels.SAMPLES, SmallModels.TOKENS, 1),
                1,
                false,
                seed,
                0.2,
                precision));
      }
      RankModel rank = new RankModel(specs, Device.cpu(), TensorGroup.ALONE);
      LossScaler scaler =
          precision == Precision.FP16
              ? new LossScaler(rank, new LossScaler.Settings(OVERFLOWING_SCALE, 2))
              : null;
      return new Tensors(
          rank, new AdamW(rank.parameters(), SETTINGS), scaler, SmallModels.data(family));
    }

    /** Trains one step with one microbatch; the rank holds all stages. */
    double train(int step) {
      try (NDManager manager = DjlRuntime.newManager(Device.cpu())) {
        NDList tensors = new NDList();
        for (StageModel chunk : model.chunks()) {
          NDList loaded = chunk.loadsData() ? data.microbatch(step, manager) : new NDList();
          tensors = chunk.forward(0, loaded, tensors);
        }
        for (int chunk = model.chunks().size() - 1; chunk >= 0; chunk--) {
          tensors = model.chunks().get(chunk).backward(0, tensors);
        }
      }
      boolean overflow = lossScaler != null && lossScaler.unscale().toFloatArray()[0] != 0;
      if (overflow) {
        lossScaler.clearGradients();
      } else {
        optimizer.step();
      }
      if (lossScaler != null) {
        lossScaler.stepFinished(overflow);
      }
      return model.takeLoss();
    }

    @Override
    public void update() {
      optimizer.step();
    }

    @Override
    public void close() {
      optimizer.close();
      model.close();
    }

    /** Returns all parameters and moments by their names. */
    Map<String, float[]> values() {
      Map<String, float[]> values = new LinkedHashMap<>();
      for (StageParameter parameter : model.parameters()) {
        values.put(parameter.name(), parameter.value().toFloatArray());
      }
      for (AdamW.Moments moments : optimizer.moments()) {
        values.put(moments.parameter() + " first", moments.first().toFloatArray());
        values.put(moments.parameter() + " second", moments.second().toFloatArray());
      }
      return values;
    }
  }

  @BeforeEach
  void useOneThread() {
    DjlRuntime.setThreads(1);
  }

  private RankCheckpoint checkpoint(int rank, Degrees degrees, Tensors tensors) {
    JobSpec job =
        new JobSpec(
            null,
            new JobSpec.Parallelism(degrees, "1f1b", SmallModels.SAMPLES, 1, "tcp", true),
            null,
            null,
            JobSpec.Checkpoints.NONE,
            false,
            1);
    LocalSettings local =
        Nano.local(
            null, 1, new LocalSettings.Checkpoints(directory.toString(), directory.toString()));
    return new RankCheckpoint(new RankSettings(rank, null, 0, null, 0, job, null, local), tensors);
  }

  private Path publish(List<SavedShard> shards, String folder) {
    CheckpointWriter writer = new CheckpointWriter(directory);
    writer.describe(
        folder,
        new CheckpointManifest(1, "id", "small", SAVED_STEP, SAVED_STEP, Map.of(), shards)
            .toJson());
    writer.publish(folder, SAVED_STEP, "id");
    return directory.resolve("step-000003");
  }

  /** Saves a checkpoint of a job that has only one rank. */
  private Path save(Tensors tensors) {
    Degrees one = new Degrees(1, 1, 1);
    return publish(List.of(checkpoint(0, one, tensors).save("new")), "new");
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void resumedTrainingHasTheLossesOfUninterruptedTraining(Family family) {
    checkLosses(family, Precision.FP32);
  }

  /**
   * Layers hold copies of the parameters in bfloat16. These copies must change when a checkpoint
   * replaces the parameters.
   */
  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"GPT3", "WIDE_RESNET"})
  void resumedTrainingInBfloat16HasTheSameLossesToo(Family family) {
    checkLosses(family, Precision.BF16);
  }

  /** The gradients of all steps before the checkpoint overflow, so the optimizer has not run. */
  @Test
  void resumedTrainingContinuesWithTheLossScale() {
    checkLosses(Family.GPT3, Precision.FP16);
    Degrees one = new Degrees(1, 1, 1);
    try (Tensors later = Tensors.of(Family.GPT3, Precision.FP16, one, 0, 2, 8);
        Tensors rounded = Tensors.of(Family.GPT3, Precision.BF16, one, 0, 2, 8)) {
      checkpoint(0, one, later).resume(SAVED_STEP);
      assertThat(later.lossScaler().state())
          .isEqualTo(new LossScaler.State(OVERFLOWING_SCALE / 8, 0));
      assertThat(later.optimizer().steps()).isZero();
      checkpoint(0, one, rounded).resume(SAVED_STEP);
    }
  }

  private void checkLosses(Family family, Precision precision) {
    Degrees one = new Degrees(1, 1, 1);
    List<Double> losses = new ArrayList<>();
    List<Double> resumed = new ArrayList<>();
    try (Tensors whole = Tensors.of(family, precision, one, 0, 2, 7);
        Tensors later = Tensors.of(family, precision, one, 0, 2, 8)) {
      later.train(0);
      for (int step = 0; step < STEPS; step++) {
        if (step == SAVED_STEP) {
          save(whole);
        }
        losses.add(whole.train(step));
      }
      assertThat(checkpoint(0, one, later).resume(SAVED_STEP)).isEmpty();
      for (int step = SAVED_STEP; step < STEPS; step++) {
        resumed.add(later.train(step));
      }
      assertThat(resumed).isEqualTo(losses.subList(SAVED_STEP, STEPS)).doesNotContain(Double.NaN);
      assertSameValues(later.values(), whole.values());
    }
  }

  private static void assertSameValues(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    actual.forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
  }

  /**
   * Only the ranks of data-parallel pipeline 0 write files. Two ranks save a copy of the embedding.
   */
  @Test
  void otherPipelineReadsAllParameters() {
    Degrees two = new Degrees(2, 2, 1);
    Degrees three = new Degrees(3, 1, 1);
    List<SavedShard> shards = new ArrayList<>();
    Map<String, float[]> expected = new LinkedHashMap<>();
    for (int rank = 0; rank < 4; rank++) {
      try (Tensors tensors = Tensors.of(Family.GPT3, two, two.ppRank(rank), 2, 7)) {
        tensors.model().parameters().forEach(each -> each.gradient().addi(0.5f));
        tensors.update();
        expected.putAll(tensors.values());
        SavedShard shard = checkpoint(rank, two, tensors).save("new");
        if (shard != null) {
          shards.add(shard);
        }
      }
    }
    assertThat(shards).extracting(SavedShard::rank).containsExactly(0, 1);
    publish(shards, "new");
    Map<String, float[]> read = new LinkedHashMap<>();
    for (int rank = 0; rank < 3; rank++) {
      try (Tensors tensors = Tensors.of(Family.GPT3, three, rank, 3, 8)) {
        assertThat(checkpoint(rank, three, tensors).resume(SAVED_STEP)).isEmpty();
        assertThat(tensors.optimizer().steps()).isEqualTo(1);
        read.putAll(tensors.values());
      }
    }
    assertSameValues(read, expected);
  }

  @Test
  void missingFilesAreListedAndNothingIsRead() throws IOException {
    Degrees one = new Degrees(1, 1, 1);
    try (Tensors tensors = Tensors.of(Family.GPT3, one, 0, 2, 7);
        Tensors later = Tensors.of(Family.GPT3, one, 0, 2, 8)) {
      Path folder = save(tensors);
      Files.delete(folder.resolve("optimizer-0.safetensors"));
      Map<String, float[]> before = later.values();
      assertThat(checkpoint(0, one, later).resume(SAVED_STEP))
          .containsExactly("optimizer-0.safetensors");
      assertSameValues(later.values(), before);
    }
  }

  @Test
  void damagedFileIsNamed() throws IOException {
    Degrees one = new Degrees(1, 1, 1);
    try (Tensors tensors = Tensors.of(Family.GPT3, one, 0, 2, 7)) {
      Path file = save(tensors).resolve("parameters-0.safetensors");
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
      assertThatThrownBy(() -> checkpoint(0, one, tensors).resume(SAVED_STEP))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(file + " is damaged");
    }
  }

  @Test
  void checkpointOfAnotherModelIsRefused() {
    Degrees one = new Degrees(1, 1, 1);
    try (Tensors tensors = Tensors.of(Family.GPT3, one, 0, 2, 7);
        Tensors other = Tensors.of(Family.T5, one, 0, 2, 7)) {
      save(tensors);
      assertThatThrownBy(() -> checkpoint(0, one, other).resume(SAVED_STEP))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("step-000003 lacks the tensor");
    }
  }
}
