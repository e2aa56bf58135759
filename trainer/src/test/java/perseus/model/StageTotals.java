package perseus.model;

import java.util.List;
import java.util.function.Function;
import perseus.model.layer.KernelWork;
import perseus.model.layer.LayerWork;

/** Sums the work of the layers of a stage for one microbatch. */
final class StageTotals {
  private StageTotals() {}

  static KernelWork forward(StageWork stage) {
    return sum(stage.layers(), LayerWork::forward);
  }

  /** Returns the work of the backward without recomputation. */
  static KernelWork backward(StageWork stage) {
    return sum(stage.layers(), LayerWork::backward);
  }

  /** Returns the work of the forwards that activation checkpointing repeats in the backward. */
  static KernelWork recomputation(StageWork stage) {
    return sum(stage.layers().stream().filter(LayerWork::recomputed).toList(), LayerWork::forward);
  }

  private static KernelWork sum(List<LayerWork> layers, Function<LayerWork, KernelWork> part) {
    return layers.stream().map(part).reduce(KernelWork.NONE, KernelWork::plus);
  }
}
