package perseus.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import perseus.model.Family;
import perseus.model.Model;
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
import perseus.tensor.data.TrainingData;

/**
 * Creates small models and random data for tests. The models are so small that tests can check each
 * element of their tensors.
 */
public final class SmallModels {
  static final int VOCABULARY = 23;
  public static final int TOKENS = 7;
  public static final int SAMPLES = 3;
  static final int IMAGE_SIZE = 32;

  private static final int HIDDEN = 8;
  private static final int HEADS = 2;

  private SmallModels() {}

  public static Model of(Family family) {
    return new Model("small", family, layers(family), TOKENS, TOKENS);
  }

  private static List<Layer> layers(Family family) {
    List<Layer> layers = new ArrayList<>();
    switch (family) {
      case GPT3 -> {
        layers.add(new TokenEmbedding(VOCABULARY, HIDDEN, false));
        layers.add(new PositionEmbedding(TOKENS + 2, HIDDEN));
        addBlocks(layers, Variant.GPT2);
        layers.add(new CausalHead(VOCABULARY, HIDDEN));
      }
      case BLOOM -> {
        layers.add(new TokenEmbedding(VOCABULARY, HIDDEN, true));
        addBlocks(layers, Variant.BLOOM);
        layers.add(new CausalHead(VOCABULARY, HIDDEN));
      }
      case BERT -> {
        layers.add(new BertEmbedding(VOCABULARY, TOKENS + 2, HIDDEN));
        addBlocks(layers, Variant.BERT);
        layers.add(new MaskedHead(VOCABULARY, HIDDEN));
      }
      case T5 -> {
        T5Shape shape = new T5Shape(VOCABULARY, HIDDEN, HEADS, 6, 12);
        layers.add(new T5Embedding(shape));
        layers.add(new T5EncoderBlock(0, shape, false));
        layers.add(new T5EncoderBlock(1, shape, true));
        for (int block = 0; block < 2; block++) {
          layers.add(new T5DecoderAttention(block, shape));
          layers.add(new T5DecoderFeedForward(block, shape));
        }
        layers.add(new T5Head(shape));
      }
      case WIDE_RESNET -> {
        layers.add(new ResNetStem(IMAGE_SIZE, 4));
        layers.add(new Bottleneck(0, 8, 1, 4, 6, 8, true, 0));
        layers.add(new Bottleneck(1, 8, 1, 8, 6, 8, false, 0));
        layers.add(new Bottleneck(2, 8, 2, 8, 6, 8, true, 5));
      }
    }
    return layers;
  }

  private static void addBlocks(List<Layer> layers, Variant variant) {
    for (int block = 0; block < 2; block++) {
      layers.add(new TransformerBlock(block, variant, HIDDEN, HEADS, 12));
    }
  }

  /** Returns random training data for a family. Some positions have no label. */
  public static TrainingData data(Family family) {
    return (index, manager) -> {
      Random random = new Random(index);
      if (family == Family.WIDE_RESNET) {
        float[] pixels = new float[SAMPLES * 3 * IMAGE_SIZE * IMAGE_SIZE];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (float) random.nextGaussian();
        }
        NDArray images = manager.create(pixels, new Shape(SAMPLES, 3, IMAGE_SIZE, IMAGE_SIZE));
        return new NDList(images, manager.create(random.longs(SAMPLES, 0, 5).toArray()));
      }
      NDList data = new NDList();
      for (int i = 0; i < (family == Family.T5 ? 2 : 1); i++) {
        data.add(tokens(manager.create(randomTokens(random))));
      }
      long[] labels = randomTokens(random);
      if (family != Family.GPT3) {
        labels[0] = -1;
        labels[3] = -1;
      }
      data.add(tokens(manager.create(labels)));
      return data;
    };
  }

  private static long[] randomTokens(Random random) {
    return LongStream.generate(() -> random.nextInt(VOCABULARY)).limit(SAMPLES * TOKENS).toArray();
  }

  private static NDArray tokens(NDArray flat) {
    return flat.reshape(SAMPLES, TOKENS);
  }
}
