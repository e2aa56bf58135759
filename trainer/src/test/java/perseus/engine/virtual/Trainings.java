package perseus.engine.virtual;

import java.nio.file.Path;
import java.util.List;
import perseus.control.JobInfo;
import perseus.control.Scheduler;
import perseus.engine.TrainingConfig;
import perseus.gpu.sim.GpuModel;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.Partition;
import perseus.model.StageWork;
import perseus.model.Workload;
import perseus.model.layer.Batch;
import perseus.parallel.Degrees;
import perseus.pipeline.PipelineSchedule;

/** Creates configurations of training runs for tests. */
public final class Trainings {
  private Trainings() {}

  /**
   * Returns a configuration for one node, without a maximum number of steps and with activation
   * checkpointing.
   */
  public static TrainingConfig of(
      String modelName,
      String partitionMethod,
      Degrees degrees,
      int microbatchSize,
      int numMicrobatches,
      GpuModel gpu,
      PipelineSchedule schedule,
      int numProfSteps,
      boolean profiling,
      Path output,
      Scheduler.Factory scheduler,
      Path dump) {
    Model model = ModelZoo.find(modelName);
    Partition partition = Partition.of(partitionMethod, model, degrees.pp());
    List<StageWork> stages =
        new Workload(
                model,
                partition,
                new Batch(microbatchSize, model.defaultSequenceLength(), degrees.tp()))
            .stages();
    return new TrainingConfig(
        new JobInfo(
            "perseus", modelName, partitionMethod, degrees, microbatchSize, numMicrobatches),
        stages,
        partition.boundaries(),
        1,
        gpu.type(),
        schedule,
        numProfSteps,
        0,
        42,
        true,
        profiling,
        output,
        scheduler,
        dump);
  }
}
