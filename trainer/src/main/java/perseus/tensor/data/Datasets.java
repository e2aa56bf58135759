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

/**
 * Opens the training data of a model (text, images or random data) and checks that the model can be
 * trained on this data.
 */
public final class Datasets {
  private Datasets() {}

  /**
   * Checks whether a model can be trained on given data. The check does not read the training data
   * itself.
   *
   * @param data path of the training data, with the same meaning as in {@link #open}
   * @param tokenizer path of the tokenizer's file, with the same meaning as in {@link #open}
   * @throws UserError if the training data or the tokenizer does not exist, or if the model needs
   *     another kind of data
   */
  public static void require(Model model, Path data, Path tokenizer) {
    if (data != null && !Files.exists(data)) {
      throw new UserError("The training data %s does not exist.".formatted(data));
    }
    boolean images = model.family() == Family.WIDE_RESNET;
    if (images && tokenizer != null) {
      throw new UserError(
          "%s is trained on images and does not use a tokenizer; leave out the tokenizer %s."
              .formatted(model.name(), tokenizer));
    }
    if (data == null && tokenizer != null) {
      throw new UserError(
          "The tokenizer %s is given without a text file to train on; give a text file, too."
              .formatted(tokenizer));
    }
    if (tokenizer != null && !Files.isRegularFile(tokenizer)) {
      throw new UserError("The tokenizer file %s does not exist.".formatted(tokenizer));
    }
    if (data != null && images && !Files.isDirectory(data)) {
      throw new UserError(
          "%s is trained on images, but %s is a file; give a folder that contains a folder per class."
              .formatted(model.name(), data));
    }
    if (data != null && !images && Files.isDirectory(data)) {
      throw new UserError(
          "%s is trained on text, but %s is a folder; give a text file."
              .formatted(model.name(), data));
    }
  }

  /**
   * Opens the training data of a model.
   *
   * @param model the model to train
   * @param batch sizes of a microbatch (samples, tokens)
   * @param data path of a text file; for image models, path of a folder that contains one folder
   *     per class; null for random data
   * @param tokenizer path of a Hugging Face {@code tokenizer.json} file; null to use the bytes of
   *     the text as tokens
   * @param seed seed of all random choices: the random data, the order of the samples and the masks
   * @throws UserError if the model cannot be trained on the data, or a file cannot be read
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
