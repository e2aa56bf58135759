package perseus.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.io.StrictJson;

/**
 * Holds the header of a file in the safetensors format, which describes the tensors of the file.
 *
 * <p>A safetensors file begins with the length of the header in bytes, as a little-endian integer
 * of 8 bytes. After the length, the file contains the header as a JSON object in UTF-8, which may
 * end with spaces. The header maps the name of each tensor to the type ({@code dtype}), the
 * dimensions ({@code shape}) and the position of the elements ({@code data_offsets}). The position
 * {@code data_offsets} consists of the start and the end of the elements in bytes, counted from the
 * end of the header. The header's entry {@code __metadata__} maps texts to texts. After the header,
 * the elements of all tensors follow without gaps, little-endian and in row-major order. Source:
 * the documentation at https://huggingface.co/docs/safetensors. This class supports only tensors of
 * the type {@code F32}.
 *
 * @param metadata map from names to texts that describe the file
 * @param tensors the tensors in the order of their elements in the file
 */
record TensorFileHeader(Map<String, String> metadata, List<SavedTensor> tensors) {
  /** Length in bytes of the integer at the start of a file. */
  static final int LENGTH_BYTES = Long.BYTES;

  /**
   * Maximum size of a header in bytes. The published library of the safetensors format has the same
   * maximum.
   */
  static final int MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final String TYPE = "F32";

  /**
   * The elements of the first tensor begin at a multiple of {@code ALIGNMENT} bytes from the start
   * of the file.
   */
  private static final int ALIGNMENT = 8;

  private static final ObjectMapper JSON = StrictJson.builder().build();

  private record Placed(SavedTensor tensor, long begin) {}

  TensorFileHeader {
    metadata = Map.copyOf(metadata);
    tensors = List.copyOf(tensors);
  }

  /** Returns the first bytes of the file: the length of the header, and the header. */
  ByteBuffer toBytes() {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode texts = root.putObject(METADATA);
    metadata.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> texts.put(entry.getKey(), entry.getValue()));
    long begin = 0;
    for (SavedTensor tensor : tensors) {
      ObjectNode entry = root.putObject(tensor.name());
      entry.put("dtype", TYPE);
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(begin).add(begin + tensor.bytes());
      begin += tensor.bytes();
    }
    byte[] json;
    try {
      json = JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes =
        ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    bytes.put(json);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.flip();
  }

  /**
   * Parses a header.
   *
   * @param json the JSON object of the header
   * @param dataBytes number of bytes in the file after the header
   * @throws IOException if the header breaks a rule of the format; the message says which rule
   */
  static TensorFileHeader parse(byte[] json, long dataBytes) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IOException("its header is not valid JSON", e);
    }
    if (root == null || !root.isObject()) {
      throw new IOException("its header is not a JSON object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Placed> placed = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getKey().equals(METADATA)) {
        entry.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        placed.add(place(entry.getKey(), entry.getValue()));
      }
    }
    // If an empty tensor begins at the same byte as another tensor, the empty tensor comes first.
    placed.sort(
        Comparator.comparingLong(Placed::begin).thenComparingLong(each -> each.tensor.bytes()));
    long end = 0;
    for (Placed each : placed) {
      if (each.begin != end) {
        throw new IOException("the tensor " + each.tensor.name() + " overlaps or leaves a gap");
      }
      end += each.tensor.bytes();
    }
    if (end != dataBytes) {
      throw new IOException(
          "its tensors have %d bytes, but the file holds %d".formatted(end, dataBytes));
    }
    return new TensorFileHeader(metadata, placed.stream().map(Placed::tensor).toList());
  }

  private static Placed place(String name, JsonNode entry) throws IOException {
    String type = entry.path("dtype").asText();
    if (!type.equals(TYPE)) {
      throw new IOException(
          "the tensor %s has the type '%s', but only %s is supported".formatted(name, type, TYPE));
    }
    List<Long> offsets = numbers(name, entry.path("data_offsets"));
    SavedTensor tensor = new SavedTensor(name, numbers(name, entry.path("shape")));
    try {
      if (offsets.size() == 2
          && Math.addExact(offsets.get(0), tensor.bytes()) == offsets.get(1).longValue()) {
        return new Placed(tensor, offsets.get(0));
      }
    } catch (ArithmeticException e) {
      // The size of the tensor does not fit into a long, so it contradicts the offsets.
    }
    throw new IOException("the shape of the tensor " + name + " contradicts its offsets");
  }

  private static List<Long> numbers(String name, JsonNode array) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (JsonNode number : array) {
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
        throw new IOException("the tensor " + name + " has an invalid shape or offset");
      }
      numbers.add(number.asLong());
    }
    if (!array.isArray()) {
      throw new IOException("the tensor " + name + " lacks its shape or its offsets");
    }
    return numbers;
  }
}
