package perseus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;

class TensorFileTest {
  /**
   * Tensors of different sizes. The largest tensor needs several chunks, and its last chunk is not
   * full.
   */
  private static final List<SavedTensor> TENSORS =
      List.of(
          new SavedTensor("matrix", List.of(3L, 2L)),
          new SavedTensor("nothing", List.of(0L, 4L)),
          new SavedTensor("number", List.of()),
          new SavedTensor("large \"ü\"", List.of(1500L, 1001L)));

  @TempDir Path directory;
  private final Map<String, byte[]> contents = new HashMap<>();
  private Path file;
  private SavedFile saved;

  @BeforeEach
  void write() {
    Random random = new Random(1);
    for (SavedTensor tensor : TENSORS) {
      byte[] bytes = new byte[(int) tensor.bytes()];
      random.nextBytes(bytes);
      contents.put(tensor.name(), bytes);
    }
    file = directory.resolve("some.safetensors");
    saved =
        TensorFile.write(
            file,
            Map.of("key", "text"),
            TENSORS,
            tensor -> sink -> sink.accept(ByteBuffer.wrap(contents.get(tensor.name()))));
  }

  private Map<String, byte[]> read(Path from) {
    Map<String, ByteArrayOutputStream> received = new HashMap<>();
    TensorFile.read(
        from,
        saved,
        tensor -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          received.put(tensor.name(), bytes);
          return chunk -> {
            byte[] part = new byte[chunk.remaining()];
            chunk.get(part);
            bytes.write(part);
          };
        });
    Map<String, byte[]> read = new HashMap<>();
    received.forEach((name, bytes) -> read.put(name, bytes.toByteArray()));
    return read;
  }

  @Test
  void readTensorsHaveTheWrittenBits() {
    Map<String, byte[]> read = read(file);
    assertThat(read.keySet()).isEqualTo(contents.keySet());
    contents.forEach((name, bytes) -> assertThat(read.get(name)).as(name).isEqualTo(bytes));
    assertThat(TensorFile.read(file, saved, tensor -> null))
        .containsExactly(Map.entry("key", "text"));
  }

  /** The format of the file is described at https://huggingface.co/docs/safetensors. */
  @Test
  void fileHasTheDocumentedLayout() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong());
    assertThat(length % 8).isZero();
    String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
    assertThat(header).startsWith("{\"");
    JsonNode json = new ObjectMapper().readTree(header);
    assertThat(json.path("__metadata__").path("key").asText()).isEqualTo("text");
    JsonNode number = json.path("number");
    assertThat(number.path("dtype").asText()).isEqualTo("F32");
    assertThat(number.path("shape")).isEmpty();
    assertThat(number.path("data_offsets").toString()).isEqualTo("[24,28]");
    assertThat(json.path("matrix").path("shape").toString()).isEqualTo("[3,2]");
    int start = 8 + length + 24;
    assertThat(Arrays.copyOfRange(bytes.array(), start, start + 4))
        .isEqualTo(contents.get("number"));
    assertThat(saved.bytes()).isEqualTo(bytes.capacity());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.00001, 0.00005, 0.5, 1})
  void everyChangedByteIsNoticed(double position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (position * (bytes.length - 1))] ^= 0x10;
    Files.write(file, bytes);
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file + " is damaged");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 100, 4_000_000})
  void shortenedFileIsDamaged(int length) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file + " is damaged");
  }

  @Test
  void fileOfAnotherFormatIsRefused() throws IOException {
    Files.writeString(
        file, "no tensors ".repeat((int) saved.bytes()).substring(0, (int) saved.bytes()));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file + " is damaged")
        .hasMessageContaining("safetensors");
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> read(directory.resolve("other.safetensors")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("other.safetensors does not exist");
  }

  @Test
  void existingFileIsNotOverwritten() {
    assertThatThrownBy(() -> TensorFile.write(file, Map.of(), List.of(), tensor -> null))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.toString());
    assertThat(read(file)).hasSameSizeAs(TENSORS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                                                   | not a JSON object",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}                | not valid JSON",
        "{'a':{'dtype':'F16','shape':[4],'data_offsets':[0,8]}}               | F16",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}               | contradicts",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}               | contradicts",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}              | gap",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}              | invalid",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}             | invalid",
        "{'a':{'dtype':'F32','shape':'2','data_offsets':[0,8]}}               | lacks",
        "{'a':{'dtype':'F32','shape':[2]}}                                    | lacks",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}               | 4 bytes",
        "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}} | contradicts",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}} | invalid",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | overlaps",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | not valid JSON",
        "{'a':3}                                                              | type"
      })
  void headersThatBreakTheFormatAreRefused(String header, String reason) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> TensorFileHeader.parse(json, 8))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void headerOfAnotherProgramMayListTensorsInAnyOrder() throws IOException {
    String header =
        "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}   ";
    assertThat(TensorFileHeader.parse(header.getBytes(StandardCharsets.UTF_8), 8).tensors())
        .extracting(SavedTensor::name)
        .containsExactly("a", "b");
  }
}
