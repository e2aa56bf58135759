package perseus.tensor.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import perseus.io.UserError;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.resnet.Bottleneck;
import perseus.model.resnet.ResNetStem;
import perseus.model.t5.T5Embedding;
import perseus.model.transformer.BertEmbedding;
import perseus.model.transformer.TokenEmbedding;

/** Opens training data for a model. */
public final class Datasets {
  private Datasets() {}

  /**
   * Checks, without reading any of it, whether a model can be trained on data of that kind.
   *
   * @param data see {@link #open}
   * @param tokenizer see {@link #open}
   * @throws UserError if it cannot
   */
  public static void require(Model model, Path data, Path tokenizer) {
    if (data != null && !Files.exists(data)) {
      throw new UserError("There is no %s to train on.".formatted(data));
    }
    boolean images = model.family() == Family.WIDE_RESNET;
    if (images && tokenizer != null) {
      throw new UserError(
          "%s is trained on images, which a tokenizer is of no use for.".formatted(model.name()));
    }
    if (data == null && tokenizer != null) {
      throw new UserError("A tokenizer needs a text to read; name one with --data.");
    }
    if (tokenizer != null && !Files.isRegularFile(tokenizer)) {
      throw new UserError("There is no tokenizer %s.".formatted(tokenizer));
    }
    if (data != null && images && !Files.isDirectory(data)) {
      throw new UserError(
          "%s is trained on images, but %s is a file; name a folder that has a folder per class."
              .formatted(model.name(), data));
    }
    if (data != null && !images && Files.isDirectory(data)) {
      throw new UserError(
          "%s is trained on text, but %s is a folder; name a file.".formatted(model.name(), data));
    }
  }

  /**
   * Opens data.
   *
   * @param model what is to be trained
   * @param batch the shape of a microbatch
   * @param data a text file, or for images a folder with a folder per class; null for made-up data
   * @param tokenizer a {@code tokenizer.json}; null to take a text's bytes as tokens
   * @param seed of what is random: made-up data, the order of samples, masks
   * @throws UserError if the model cannot be trained on that
   */
  public static TrainingData open(Model model, Batch batch, Path data, Path tokenizer, long seed) {
    require(model, data, tokenizer);
    return model.family() == Family.WIDE_RESNET
        ? images(model, batch, data, seed)
        : tokens(model, batch, data, tokenizer, seed);
  }

  private static TrainingData images(Model model, Batch batch, Path data, long seed) {
    int size = ((ResNetStem) model.layers().get(0)).imageSize();
    int classes = ((Bottleneck) last(model)).classes();
    int samples = batch.microbatchSize();
    if (data == null) {
      return new SyntheticImages(samples, size, classes, seed);
    }
    return ImageFolder.open(data, samples, size, classes, seed);
  }

  private static TrainingData tokens(
      Model model, Batch batch, Path data, Path tokenizer, long seed) {
    int vocabulary = vocabulary(model.layers().get(0));
    if (data == null) {
      SpecialTokens special = SpecialTokens.last(vocabulary);
      return new TokenData(
          new SyntheticTokens(vocabulary, seed),
          objective(model, vocabulary, special),
          batch,
          seed);
    }
    if (tokenizer == null) {
      TextTokens text = TextTokens.bytes(data, seed);
      text.requireWithin(vocabulary, model.name());
      SpecialTokens special = SpecialTokens.last(vocabulary);
      return new TokenData(text, objective(model, vocabulary, special), batch, seed);
    }
    try (TokenizerFile file = TokenizerFile.open(tokenizer)) {
      TextTokens text = TextTokens.of(data, file.encode(data), seed);
      text.requireWithin(vocabulary, model.name());
      SpecialTokens special = file.specialTokens(vocabulary);
      return new TokenData(text, objective(model, vocabulary, special), batch, seed);
    }
  }

  private static Objective objective(Model model, int vocabulary, SpecialTokens special) {
    return switch (model.family()) {
      case BERT -> new MaskedTokens(vocabulary, special.mask());
      case T5 -> new SpanCorruption(special.firstSentinel());
      default -> new NextToken();
    };
  }

  private static int vocabulary(Layer first) {
    if (first instanceof TokenEmbedding embedding) {
      return embedding.vocabulary();
    }
    if (first instanceof BertEmbedding embedding) {
      return embedding.vocabulary();
    }
    return ((T5Embedding) first).shape().vocabulary();
  }

  private static Layer last(Model model) {
    List<Layer> layers = model.layers();
    return layers.get(layers.size() - 1);
  }
}
