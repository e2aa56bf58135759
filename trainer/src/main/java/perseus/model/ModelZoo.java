package perseus.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import perseus.extension.Registry;
import perseus.io.Spelling;
import perseus.io.UserError;
import perseus.model.layer.Layer;
import perseus.model.resnet.Bottleneck;
import perseus.model.resnet.ResNetStem;
import perseus.model.t5.T5DecoderAttention;
import perseus.model.t5.T5DecoderFeedForward;
import perseus.model.t5.T5Embedding;
import perseus.model.t5.T5EncoderBlock;
import perseus.model.t5.T5Head;
import perseus.model.t5.T5Shape;
import perseus.model.transformer.BertEmbedding;
import perseus.model.transformer.CausalHead;
import perseus.model.transformer.MaskedHead;
import perseus.model.transformer.PositionEmbedding;
import perseus.model.transformer.TokenEmbedding;
import perseus.model.transformer.TransformerBlock;
import perseus.model.transformer.TransformerBlock.Variant;

/**
 * Lists all trainable models and finds a model by its name. To add a model of an existing
 * architecture, add one entry to the list {@code MODELS}. Other projects add a model by an
 * extension that implements {@link ModelProvider}: see {@link Registry}.
 */
public final class ModelZoo {
  private static final int GPT_VOCABULARY = 50257;
  private static final int BERT_VOCABULARY = 30522;
  private static final int T5_VOCABULARY = 32128;
  private static final int BLOOM_VOCABULARY = 250880;

  /**
   * Number of tokens in the vocabulary of the small (nano) models: 256 tokens for the values of a
   * byte, and special tokens. The small models need no tokenizer, because they can use the bytes of
   * a text as tokens.
   */
  private static final int NANO_VOCABULARY = 512;

  private static final int NANO_SEQUENCE = 128;

  private static final List<Model> MODELS =
      Stream.of(
              bert("bert-base-uncased", 768, 12, 12),
              bert("bert-large-uncased", 1024, 24, 16),
              bert("bert-huge-uncased", 2048, 24, 32),
              gpt("gpt3-small", 768, 12, 12),
              gpt("gpt3-medium", 1024, 24, 16),
              gpt("gpt3-large", 1536, 24, 16),
              gpt("gpt3-xl", 2048, 24, 16),
              gpt("gpt3-2.7b", 2560, 32, 32),
              gpt("gpt3-6.7b", 4096, 32, 32),
              gpt("gpt3-13b", 5120, 40, 40),
              gpt("gpt3-39b", 8192, 48, 64),
              gpt("gpt3-80b", 9600, 72, 96),
              gpt("gpt3-175b", 12288, 96, 96),
              t5("t5-small", 6, new T5Shape(T5_VOCABULARY, 512, 8, 64, 2048)),
              t5("t5-base", 12, new T5Shape(T5_VOCABULARY, 768, 12, 64, 3072)),
              t5("t5-large", 24, new T5Shape(T5_VOCABULARY, 1024, 16, 64, 4096)),
              t5("t5-3b", 24, new T5Shape(T5_VOCABULARY, 1024, 32, 128, 16384)),
              t5("t5-11b", 24, new T5Shape(T5_VOCABULARY, 1024, 128, 128, 65536)),
              wideResNet("wide-resnet50_2", 2, 3, 4, 6, 3),
              wideResNet("wide-resnet50_4", 4, 3, 4, 6, 3),
              wideResNet("wide-resnet50_8", 8, 3, 4, 6, 3),
              wideResNet("wide-resnet101_2", 2, 3, 4, 23, 3),
              wideResNet("wide-resnet101_4", 4, 3, 4, 23, 3),
              wideResNet("wide-resnet101_8", 8, 3, 4, 23, 3),
              bloom("bloom-560m", 1024, 24, 16),
              bloom("bloom-1b1", 1536, 24, 16),
              bloom("bloom-1b7", 2048, 24, 16),
              bloom("bloom-3b", 2560, 30, 32),
              bloom("bloom-7b1", 4096, 30, 32),
              bloom("bloom", 14336, 70, 112),
              gpt("gpt3-nano", NANO_VOCABULARY, NANO_SEQUENCE, 128, 8, 4),
              bert("bert-nano", NANO_VOCABULARY, NANO_SEQUENCE, 128, 8, 4),
              t5("t5-nano", 4, NANO_SEQUENCE, new T5Shape(NANO_VOCABULARY, 128, 4, 32, 512)),
              wideResNet("wide-resnet-nano", new ResNetStem(32, 16), 10, 2, 2, 2, 2, 2),
              bloom("bloom-nano", NANO_VOCABULARY, NANO_SEQUENCE, 128, 8, 4))
          .toList();

  private static final Registry<ModelProvider> REGISTRY =
      Registry.of(
          "model",
          ModelProvider.class,
          provider -> provider.model().name(),
          MODELS.stream().map(model -> (ModelProvider) () -> model).toList());

  private ModelZoo() {}

  /**
   * Returns all trainable models, in the order in which users see them.
   *
   * @throws UserError if an extension with a model cannot be used
   */
  public static List<Model> all() {
    return REGISTRY.all().stream().map(ModelProvider::model).toList();
  }

  /**
   * Finds a model by its name.
   *
   * @throws UserError if no model has this name, or if an extension with a model cannot be used.
   *     For an unknown name, the message suggests the most similar name.
   */
  public static Model find(String name) {
    return REGISTRY
        .find(name)
        .map(ModelProvider::model)
        .orElseThrow(
            () ->
                new UserError(
                    "Unknown model '%s'; did you mean %s?"
                        .formatted(name, Spelling.nearest(name, REGISTRY.names()))));
  }

  private static Model gpt(String name, int hidden, int blocks, int heads) {
    return gpt(name, GPT_VOCABULARY, 1024, hidden, blocks, heads);
  }

  private static Model gpt(
      String name, int vocabulary, int positions, int hidden, int blocks, int heads) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new TokenEmbedding(vocabulary, hidden, false));
    layers.add(new PositionEmbedding(positions, hidden));
    layers.addAll(blocks(Variant.GPT2, hidden, blocks, heads));
    layers.add(new CausalHead(vocabulary, hidden));
    return new Model(name, Family.GPT3, layers, positions, positions);
  }

  private static Model bert(String name, int hidden, int blocks, int heads) {
    return bert(name, BERT_VOCABULARY, 512, hidden, blocks, heads);
  }

  private static Model bert(
      String name, int vocabulary, int positions, int hidden, int blocks, int heads) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new BertEmbedding(vocabulary, positions, hidden));
    layers.addAll(blocks(Variant.BERT, hidden, blocks, heads));
    layers.add(new MaskedHead(vocabulary, hidden));
    return new Model(name, Family.BERT, layers, positions, positions);
  }

  private static Model bloom(String name, int hidden, int blocks, int heads) {
    return bloom(name, BLOOM_VOCABULARY, 1024, hidden, blocks, heads);
  }

  private static Model bloom(
      String name, int vocabulary, int sequence, int hidden, int blocks, int heads) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new TokenEmbedding(vocabulary, hidden, true));
    layers.addAll(blocks(Variant.BLOOM, hidden, blocks, heads));
    layers.add(new CausalHead(vocabulary, hidden));
    return new Model(name, Family.BLOOM, layers, sequence, Integer.MAX_VALUE);
  }

  private static List<TransformerBlock> blocks(Variant variant, int hidden, int blocks, int heads) {
    return IntStream.range(0, blocks)
        .mapToObj(number -> new TransformerBlock(number, variant, hidden, heads, 4 * hidden))
        .toList();
  }

  private static Model t5(String name, int blocks, T5Shape shape) {
    return t5(name, blocks, 512, shape);
  }

  private static Model t5(String name, int blocks, int sequence, T5Shape shape) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new T5Embedding(shape));
    for (int block = 0; block < blocks; block++) {
      layers.add(new T5EncoderBlock(block, shape, block == blocks - 1));
    }
    for (int block = 0; block < blocks; block++) {
      layers.add(new T5DecoderAttention(block, shape));
      layers.add(new T5DecoderFeedForward(block, shape));
    }
    layers.add(new T5Head(shape));
    return new Model(name, Family.T5, layers, sequence, Integer.MAX_VALUE);
  }

  private static Model wideResNet(String name, int widthFactor, int... depths) {
    return wideResNet(name, new ResNetStem(224, 64), 1000, widthFactor, depths);
  }

  /**
   * Creates a Wide-ResNet with the same groups of bottlenecks (residual blocks of three
   * convolutions) as in torchvision. From one group of bottlenecks to the next, the number of
   * channels doubles, and the height and width of the feature maps halve.
   *
   * @param widthFactor factor by which the inner convolutions have more channels than in a normal
   *     ResNet
   * @param depths number of bottlenecks (residual blocks) in each group; one number per group
   */
  private static Model wideResNet(
      String name, ResNetStem stem, int classes, int widthFactor, int... depths) {
    List<Layer> layers = new ArrayList<>();
    layers.add(stem);
    int total = IntStream.of(depths).sum();
    int channels = stem.channels();
    int size = stem.imageSize() / 4;
    for (int group = 0; group < depths.length; group++) {
      int planes = stem.channels() << group;
      for (int i = 0; i < depths[group]; i++) {
        int number = layers.size() - 1;
        boolean first = i == 0;
        int stride = first && group > 0 ? 2 : 1;
        Bottleneck bottleneck =
            new Bottleneck(
                number,
                size,
                stride,
                channels,
                planes * widthFactor,
                4 * planes,
                first,
                number == total - 1 ? classes : 0);
        layers.add(bottleneck);
        size = bottleneck.outputSize();
        channels = bottleneck.outputs();
      }
    }
    return new Model(name, Family.WIDE_RESNET, layers, 0, 0);
  }
}
