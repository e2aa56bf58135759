package perseus.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.model.layer.Layer;
import perseus.model.t5.T5EncoderBlock;

/**
 * Which layers each pipeline stage holds.
 *
 * @param method the partition method's name or {@code custom:} list that gave it
 * @param boundaries the first layer of each stage, then the number of layers
 */
public record Partition(String method, List<Integer> boundaries) {
  private static final String CUSTOM = "custom:";
  private static final Set<String> METHODS =
      Set.of("uniform", "uniform_floor", "parameters", "uniform_transformer");

  public Partition {
    boundaries = List.copyOf(boundaries);
  }

  /** The method that a model gets when the user names none. */
  public static String defaultMethod(Model model) {
    return model.family() == Family.WIDE_RESNET ? "parameters" : "uniform_transformer";
  }

  /**
   * Checks that there is such a method, whatever the model.
   *
   * @throws UserError if there is not
   */
  public static void requireMethod(String method) {
    if (!method.startsWith(CUSTOM) && !METHODS.contains(method)) {
      throw new UserError(
          "Unknown --partition_method '%s'; use uniform, uniform_floor, parameters,"
                  .formatted(method)
              + " uniform_transformer or custom:0,8,14,21,27");
    }
  }

  /**
   * Partitions a model.
   *
   * @param method {@code uniform}, {@code uniform_floor}, {@code parameters}, {@code
   *     uniform_transformer}, or {@code custom:0,8,14,21,27}
   * @param stages number of stages: the pipeline-parallel degree, times the stages of each rank
   * @throws UserError if the method is unknown or does not fit the model or the degree
   */
  public static Partition of(String method, Model model, int stages) {
    requireMethod(method);
    int layers = model.layers().size();
    if (stages < 1) {
      throw new UserError("--pp is %d but must be at least 1".formatted(stages));
    }
    if (method.startsWith(CUSTOM)) {
      return new Partition(method, custom(method, model, stages));
    }
    if (stages > layers) {
      throw new UserError(
          "%s has only %d layers for a pipeline of %d stages; lower --pp"
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

  /** Number of stages. */
  public int stages() {
    return boundaries.size() - 1;
  }

  /** The layers of a stage. */
  public List<Layer> layers(Model model, int stage) {
    return model.layers().subList(boundaries.get(stage), boundaries.get(stage + 1));
  }

  /** Merak's chunks of the ceiling; even ones where those would leave a stage empty. */
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
          "uniform_transformer does not apply to %s, which has no transformer blocks; use parameters"
              .formatted(model.name()));
    }
    List<Layer> layers = model.layers();
    int[] blocks = IntStream.range(0, layers.size()).filter(i -> layers.get(i).isBlock()).toArray();
    if (model.family() != Family.T5 || stages == 1) {
      return spread(model, blocks, stages);
    }
    if (stages % 2 != 0) {
      throw new UserError(
          "uniform_transformer gives %s's encoder and decoder half the stages each, so --pp must make"
                  .formatted(model.name())
              + " an even number of stages or 1, not %d".formatted(stages));
    }
    int encoders = (int) layers.stream().filter(T5EncoderBlock.class::isInstance).count();
    int[] encoder = IntStream.of(blocks).limit(encoders).toArray();
    int[] decoder = IntStream.of(blocks).skip(encoders).toArray();
    List<Integer> boundaries = new ArrayList<>(spread(model, encoder, stages / 2));
    List<Integer> second = spread(model, decoder, stages / 2);
    // The second half of the stages begins with the decoder, not at the model's first layer.
    boundaries.set(stages / 2, decoder[0]);
    boundaries.addAll(second.subList(1, second.size()));
    return boundaries;
  }

  /** Uniform over the given consecutive blocks; other layers go with the first and last stage. */
  private static List<Integer> spread(Model model, int[] blocks, int stages) {
    if (stages > blocks.length) {
      throw new UserError(
          "uniform_transformer cannot spread %d blocks of %s over %d stages; lower --pp"
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
            "%s has '%s' where a layer's number should be".formatted(method, field), e);
      }
    }
    int named = boundaries.size() - 1;
    int layers = model.layers().size();
    int end = boundaries.get(named);
    if (boundaries.get(0) != 0) {
      throw new UserError(
          "%s starts at %d but the first stage must start at layer 0"
              .formatted(method, boundaries.get(0)));
    }
    for (int stage = 0; stage < named; stage++) {
      if (boundaries.get(stage + 1) <= boundaries.get(stage)) {
        throw new UserError(
            "%s must increase, but %d follows %d"
                .formatted(method, boundaries.get(stage + 1), boundaries.get(stage)));
      }
    }
    if (named != stages) {
      throw new UserError(
          "%s names %d %s but the pipeline has %d (--pp)"
              .formatted(method, named, named == 1 ? "stage" : "stages", stages));
    }
    if (end != layers) {
      throw new UserError(
          "%s ends at %d but %s has %d layers".formatted(method, end, model.name(), layers));
    }
    return boundaries;
  }
}
