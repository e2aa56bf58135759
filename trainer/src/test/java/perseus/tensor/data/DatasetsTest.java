package perseus.tensor.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;
import perseus.model.Model;
import perseus.model.ModelZoo;
import perseus.model.layer.Batch;
import perseus.tensor.runtime.DjlRuntime;

class DatasetsTest {
  private static final Batch BATCH = new Batch(2, 36, 1);

  @TempDir private Path directory;

  private final NDManager manager = DjlRuntime.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt3-nano", "bert-nano", "t5-nano", "wide-resnet-nano"})
  void dataDependsOnlyOnSeedAndIndex(String name) {
    NDList data = open(name, null, null, 1).microbatch(5, manager);
    assertThat(open(name, null, null, 1).microbatch(5, manager)).isEqualTo(data);
    assertThat(open(name, null, null, 1).microbatch(6, manager)).isNotEqualTo(data);
    assertThat(open(name, null, null, 2).microbatch(5, manager)).isNotEqualTo(data);
  }

  @Test
  void labelsAreTheNextBytes() throws IOException {
    String sentence = "The quick brown fox jumps over the lazy dog, and the dog lets it.";
    NDList data = open("gpt3-nano", file(sentence), null, 1).microbatch(0, manager);
    assertThat(data).hasSize(2);
    assertThat(data.get(0).getShape()).isEqualTo(new Shape(2, 36));
    for (int sample = 0; sample < 2; sample++) {
      String tokens = text(data.get(0).get(sample).toLongArray());
      String labels = text(data.get(1).get(sample).toLongArray());
      assertThat(sentence).contains(tokens).contains(labels);
      assertThat(labels).startsWith(tokens.substring(1));
    }
  }

  @Test
  void textThatIsTooShortIsRepeated() throws IOException {
    NDList data = open("gpt3-nano", file("abc"), null, 1).microbatch(0, manager);
    assertThat("abc".repeat(14)).contains(text(data.get(0).get(0).toLongArray()));
  }

  @Test
  void fifteenPercentOfTheTokensAreMaskedAndLabelledWithTheText() {
    long[] text = LongStream.range(1000, 1200).toArray();
    int masks = 0;
    int kept = 0;
    for (int seed = 0; seed < 50; seed++) {
      long[][] example = new MaskedTokens(9000, 7).example(text, 200, new SplittableRandom(seed));
      int predicted = 0;
      for (int i = 0; i < 200; i++) {
        if (example[1][i] < 0) {
          assertThat(example[0][i]).isEqualTo(text[i]);
        } else {
          predicted++;
          assertThat(example[1][i]).isEqualTo(text[i]);
          masks += example[0][i] == 7 ? 1 : 0;
          kept += example[0][i] == text[i] ? 1 : 0;
        }
      }
      assertThat(predicted).isEqualTo(30);
    }
    assertThat(masks / 1500.0).isBetween(0.76, 0.84);
    assertThat(kept / 1500.0).isBetween(0.07, 0.13);
  }

  @Test
  void spansAndTheRestTogetherAreTheWholeText() {
    SpanCorruption corruption = new SpanCorruption(499);
    for (int length : new int[] {18, 36, 64, 128, 512}) {
      long[] text = LongStream.range(1000, 1000 + corruption.textLength(length)).toArray();
      long[][] example = corruption.example(text, length, new SplittableRandom(length));
      List<Long> restored = new ArrayList<>();
      for (long token : example[0]) {
        if (token < 1000) {
          int at = indexOf(example[2], token);
          for (int i = 1; i <= 3; i++) {
            restored.add(example[2][at + i]);
          }
        } else {
          restored.add(token);
        }
      }
      assertThat(restored).containsExactly(LongStream.of(text).boxed().toArray(Long[]::new));
      assertThat(example[1][0]).isZero();
      for (int i = 1; i < length; i++) {
        assertThat(example[1][i]).isEqualTo(Math.max(example[2][i - 1], 0));
      }
    }
  }

  private static int indexOf(long[] sequence, long token) {
    for (int i = 0; i < sequence.length; i++) {
      if (sequence[i] == token) {
        return i;
      }
    }
    throw new AssertionError("No " + token);
  }

  @Test
  void tokenizerProvidesTokensAndMask() throws IOException {
    Path tokenizer = tokenizer(300, 301);
    Path text = file("sea land ".repeat(40));
    NDList gpt = open("gpt3-nano", text, tokenizer, 1).microbatch(0, manager);
    assertThat(gpt.get(0).toLongArray()).containsOnly(300, 301);
    NDList bert = open("bert-nano", text, tokenizer, 1).microbatch(0, manager);
    assertThat(bert.get(0).toLongArray()).contains(4);
  }

  @Test
  void tokenThatIsNotInTheVocabularyIsRefused() throws IOException {
    Path tokenizer = tokenizer(300, 50_000);
    Path text = file("sea land");
    assertThatThrownBy(() -> open("gpt3-nano", text, tokenizer, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(text.toString(), "token 50000", "gpt3-nano", "512 tokens");
  }

  @Test
  void unsuitableFilesAreRefused() throws IOException {
    Path empty = file("");
    Path text = Files.writeString(directory.resolve("other.txt"), "text");
    Path missing = directory.resolve("missing");
    Path folder = Files.createDirectory(directory.resolve("folder"));
    refused("gpt3-nano", missing, null, missing, "does not exist");
    refused("gpt3-nano", empty, null, empty, "is empty");
    refused("gpt3-nano", folder, null, folder, "is a folder");
    refused("gpt3-nano", text, missing, missing, "does not exist");
    refused("gpt3-nano", null, text, text, "without a text file");
    refused("wide-resnet-nano", text, null, text, "is a file");
    refused("wide-resnet-nano", folder, text, text, "does not use a tokenizer");
    refused("wide-resnet-nano", folder, null, folder, "no images");
    refused("gpt3-nano", text, text, text, "is not a tokenizer.json: ");
  }

  @Test
  void imagesAreScaledCroppedAndLabelledByTheirFolder() throws IOException {
    picture("b-blue", Color.BLUE, 64, 40);
    picture("a-red", Color.RED, 20, 50);
    TrainingData data = open("wide-resnet-nano", directory, null, 1);
    Set<Long> labels = new HashSet<>();
    for (int index = 0; index < 10; index++) {
      NDList microbatch = data.microbatch(index, manager);
      assertThat(microbatch.get(0).getShape()).isEqualTo(new Shape(2, 3, 32, 32));
      for (int sample = 0; sample < 2; sample++) {
        long label = microbatch.get(1).getLong(sample);
        labels.add(label);
        // Red is colour channel 0, and blue is channel 2. Normalization turns the value 1 into (1 -
        // mean) / deviation, and the value 0 into -mean / deviation.
        float red = microbatch.get(0).getFloat(sample, 0, 16, 16);
        float blue = microbatch.get(0).getFloat(sample, 2, 16, 16);
        assertThat(red).isEqualTo((label == 0 ? 0.515f : -0.485f) / 0.229f);
        assertThat(blue).isEqualTo((label == 1 ? 0.594f : -0.406f) / 0.225f);
        // Cropping adds no border, so the corner has the same colour as the centre.
        assertThat(microbatch.get(0).getFloat(sample, 0, 0, 0)).isEqualTo(red);
      }
    }
    assertThat(labels).containsExactlyInAnyOrder(0L, 1L);
  }

  @Test
  void brokenImagesAndTooManyClassesAreRefused() throws IOException {
    Path broken = Files.createDirectories(directory.resolve("a")).resolve("broken.png");
    Files.writeString(broken, "no picture");
    TrainingData data = open("wide-resnet-nano", directory, null, 1);
    assertThatThrownBy(() -> data.microbatch(0, manager))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("Cannot read the image", broken.toString());
    for (int i = 0; i < 10; i++) {
      Files.createDirectory(directory.resolve("class" + i));
    }
    refused("wide-resnet-nano", directory, null, directory, "11 folders", "10 classes");
  }

  private void picture(String folder, Color colour, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(colour);
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    Path file = Files.createDirectories(directory.resolve(folder)).resolve("one.png");
    ImageIO.write(image, "png", file.toFile());
  }

  private static void refused(
      String model, Path data, Path tokenizer, Path named, String... facts) {
    assertThatThrownBy(() -> open(model, data, tokenizer, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(named.toString())
        .hasMessageContainingAll(facts);
  }

  private static TrainingData open(String name, Path data, Path tokenizer, long seed) {
    Model model = ModelZoo.find(name);
    return Datasets.open(model, BATCH, data, tokenizer, seed);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("text.txt"), text);
  }

  /** Writes a tokenizer whose vocabulary has two words and a mask token. */
  private Path tokenizer(int sea, int land) throws IOException {
    return Files.writeString(
        directory.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null,
         "added_tokens": [{"id": 4, "content": "[MASK]", "single_word": false, "lstrip": false,
           "rstrip": false, "normalized": false, "special": true}],
         "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
         "post_processor": null, "decoder": null,
         "model": {"type": "WordLevel", "vocab": {"[MASK]": 4, "sea": %d, "land": %d, "?": 5},
           "unk_token": "?"}}
        """
            .formatted(sea, land));
  }

  private static String text(long[] bytes) {
    byte[] text = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      text[i] = (byte) bytes[i];
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }
}
