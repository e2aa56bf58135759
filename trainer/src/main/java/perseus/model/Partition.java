package perseus.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.model.layer.Layer;
import perseus.model.t5.T5EncoderBlock;

/**
 * Assigns each layer of a model to a pipeline stage, so that each stage has consecutive layers.
 *
 * @param method name of the partition method, or {@code custom:} followed by the boundaries of the
 *     stages
 * @param boundaries index of the first layer of each stage, and at the end the number of layers of
 *     the model
 */
public record Partition(String method, List<Integer> boundaries) {
  private static final String CUSTOM = "custom:";
  private static final List<String> METHODS =
      List.of(
          "uniform", "uniform_floor", "parameters", "uniform_transformer", CUSTOM + "0,8,14,21,27");

  public Partition {
    boundaries = List.copyOf(boundaries);
  }

  /** Returns the name of the default partition method for a model. */
  public static String defaultMethod(Model model) {
    return model.family() == Family.WIDE_RESNET ? "parameters" : "uniform_transformer";
  }

  /**
   * Checks the name of a partition method. The method {@link #of} checks whether the partition
   * method can be applied to a model.
   *
   * @throws UserError if there is no partition method with this name
   */
  public static void requireMethod(String method) {
    if (!method.startsWith(CUSTOM) && !METHODS.contains(method)) {
      throw Named.unknown("partition method", method, METHODS);
    }
  }

  /**
   * Divides the layers of a model into pipeline stages.
   *
   * <p>The partition method {@code uniform} gives ceil(layers / stages) layers to each stage except
   * the last, which gets the remaining layers. For example, 10 layers in 4 stages give 3, 3, 3 and
   * 1 layers. If {@code uniform} would leave no layer for the last stage, the numbers of layers of
   * any two stages differ by at most 1 instead. The partition method {@code uniform_floor} gives
   * each stage floor(layers / stages) layers, and the last stage also gets the remaining layers.
   * The partition method {@code parameters} makes the numbers of parameters of the stages as equal
   * as possible. The partition method {@code uniform_transformer} distributes the transformer
   * blocks evenly over the stages.
   *
   * @param method {@code uniform}, {@code uniform_floor}, {@code parameters}, {@code
   *     uniform_transformer}, or {@code custom:} followed by the boundaries of the stages, such as
   *     {@code custom:0,8,14,21,27}
   * @param stages number of pipeline stages, which is the pipeline-parallel degree multiplied by
   *     the number of stages per rank
   * @throws UserError if the partition method is unknown, or if it cannot be applied to the model
   *     or the number of stages
   */
  public static Partition of(String method, Model model, int stages) {
    requireMethod(method);
    int layers = model.layers().size();
    if (stages < 1) {
      throw new UserError("A model needs at least one pipeline stage, not %d.".formatted(stages));
    }
    if (method.startsWith(CUSTOM)) {
      return new Partition(method, custom(method, model, stages));
    }
    if (stages > layers) {
      throw new UserError(
          "%s has only %d layers for a pipeline of %d stages; use fewer stages."
              .formatted(model.name(), layers, stages));
    }
    return new Partition(
        method,
        switch (method) {
          case "uniform" -> uniform(layers, stages);
          case "uniform_floor" -> uniformFloor(layers, stages);
          case "parameters" ->
              BalancedPartition.boundaries(
                  model.layers().stream().mapToLong(Layer::parameterCount).toArray(), stages);
          case "uniform_transformer" -> uniformTransformer(model, stages);
          default -> throw new IllegalStateException(method);
        });
  }

  /** Returns the number of pipeline stages. */
  public int stages() {
    return boundaries.size() - 1;
  }

  /** Returns the layers of a pipeline stage, in the order of the model. */
  public List<Layer> layers(Model model, int stage) {
    return model.layers().subList(boundaries.get(stage), boundaries.get(stage + 1));
  }

  /**
   * Divides items (layers or transformer blocks) by the method {@code uniform}, as in the training
   * framework Merak.
   */
  private static List<Integer> uniform(int items, int stages) {
    int chunk = (items + stages - 1) / stages;
    if (chunk * (stages - 1) < items) {
      return IntStream.rangeClosed(0, stages)
          .mapToObj(stage -> Math.min(stage * chunk, items))
          .toList();
    }
    int base = items / stages;
    int larger = items % stages;
    return IntStream.rangeClosed(0, stages)
        .mapToObj(stage -> stage * base + Math.min(stage, larger))
        .toList();
  }

  private static List<Integer> uniformFloor(int items, int stages) {
    int chunk = items / stages;
    return IntStream.rangeClosed(0, stages)
        .mapToObj(stage -> stage == stages ? items : stage * chunk)
        .toList();
  }

  private static List<Integer> uniformTransformer(Model model, int stages) {
    if (model.family() == Family.WIDE_RESNET) {
      throw new UserError(
          "The partition method uniform_transformer does not apply to %s, which has no transformer blocks; use parameters."
              .formatted(model.name()));
    }
    List<Layer> layers = model.layers();
    int[] blocks = IntStream.range(0, layers.size()).filter(i -> layers.get(i).isBlock()).toArray();
    if (model.family() != Family.T5 || stages == 1) {
      return spread(model, blocks, stages);
    }
    if (stages % 2 != 0) {
      throw new UserError(
          "The partition method uniform_transformer gives half of the stages to the encoder of %s and half to its decoder, so the number of stages must be even or 1, not %d."
              .formatted(model.name(), stages));
    }
    int encoders = (int) layers.stream().filter(T5EncoderBlock.class::isInstance).count();
    int[] encoder = IntStream.of(blocks).limit(encoders).toArray();
    int[] decoder = IntStream.of(blocks).skip(encoders).toArray();
    List<Integer> boundaries = new ArrayList<>(spread(model, encoder, stages / 2));
    List<Integer> second = spread(model, decoder, stages / 2);
    // The method spread() starts at layer 0, but the first stage of the decoder starts at the first
    // decoder layer.
    boundaries.set(stages / 2, decoder[0]);
    boundaries.addAll(second.subList(1, second.size()));
    return boundaries;
  }

  /**
   * Distributes consecutive transformer blocks evenly over the stages. The layers before the
   * transformer blocks belong to the first stage, and the layers after the transformer blocks
   * belong to the last stage.
   */
  private static List<Integer> spread(Model model, int[] blocks, int stages) {
    if (stages > blocks.length) {
      throw new UserError(
          "The partition method uniform_transformer cannot distribute %d blocks of %s over %d stages; use fewer stages."
              .formatted(blocks.length, model.name(), stages));
    }
    List<Integer> chunks = uniform(blocks.length, stages);
    return IntStream.rangeClosed(0, stages)
        .mapToObj(
            stage ->
                stage == 0
                    ? Integer.valueOf(0)
                    : stage == stages
                        ? Integer.valueOf(model.layers().size())
                        : Integer.valueOf(blocks[chunks.get(stage)]))
        .toList();
  }

  private static List<Integer> custom(String method, Model model, int stages) {
    String[] fields = method.substring(CUSTOM.length()).split(",", -1);
    List<Integer> boundaries = new ArrayList<>();
    for (String field : fields) {
      try {
        boundaries.add(Integer.valueOf(field.strip()));
      } catch (NumberFormatException e) {
        throw new UserError(
            "The partition %s has '%s' where the number of a layer is expected."
                .formatted(method, field),
            e);
      }
    }
    int count = boundaries.size() - 1;
    int layers = model.layers().size();
    int end = boundaries.get(count);
    if (boundaries.get(0) != 0) {
      throw new UserError(
          "The partition %s starts at %d, but the first stage must start at layer 0."
              .formatted(method, boundaries.get(0)));
    }
    for (int stage = 0; stage < count; stage++) {
      if (boundaries.get(stage + 1) <= boundaries.get(stage)) {
        throw new UserError(
            "The layers of the partition %s must increase, but %d follows %d."
                .formatted(method, boundaries.get(stage + 1), boundaries.get(stage)));
      }
    }
    if (count != stages) {
      throw new UserError(
          "The partition %s has %s, but the pipeline has %d."
              .formatted(method, Named.count(count, "stage"), stages));
    }
    if (end != layers) {
      throw new UserError(
          "The partition %s ends at %d, but %s has %d layers."
              .formatted(method, end, model.name(), layers));
    }
    return boundaries;
  }
}
