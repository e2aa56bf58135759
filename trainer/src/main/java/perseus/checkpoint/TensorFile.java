package perseus.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import perseus.io.AtomicFiles;
import perseus.io.Sha256;
import perseus.io.UserError;

/**
 * Writes and reads files with float32 tensors in the safetensors format, which {@link
 * TensorFileHeader} explains. Files are written and read in one pass and in chunks, so that a
 * tensor of any size needs little memory.
 */
public final class TensorFile {
  /** Tensors are written and read in chunks of at most {@code CHUNK_BYTES} bytes. */
  public static final int CHUNK_BYTES = 4 << 20;

  private TensorFile() {}

  /** Receives the elements of a tensor, chunk by chunk, in row-major order. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Receives the next elements of the tensor.
     *
     * @param chunk whole float32 elements, little-endian; the buffer is valid only during the call
     */
    void accept(ByteBuffer chunk) throws IOException;
  }

  /** Provides the elements of a tensor. */
  @FunctionalInterface
  public interface Source {
    /** Passes all elements of the tensor to {@code sink}, chunk by chunk, in row-major order. */
    void copyTo(Sink sink) throws IOException;
  }

  /**
   * Writes a new file. When the method returns, the file's contents are on the disk and not only in
   * the file cache.
   *
   * @param metadata map from names to texts that describe the file
   * @param tensors the tensors of the file, in the order in which their elements are written
   * @param source function that returns the elements of a tensor
   * @throws UserError if the file exists already or cannot be written
   */
  public static SavedFile write(
      Path file,
      Map<String, String> metadata,
      List<SavedTensor> tensors,
      Function<SavedTensor, Source> source) {
    Sha256 sha = new Sha256();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      append(channel, sha, new TensorFileHeader(metadata, tensors).toBytes());
      for (SavedTensor tensor : tensors) {
        long end = channel.position() + tensor.bytes();
        source.apply(tensor).copyTo(chunk -> append(channel, sha, chunk));
        if (channel.position() != end) {
          throw new IllegalStateException(tensor + " has another size than its elements.");
        }
      }
      channel.force(true);
      return new SavedFile(file.getFileName().toString(), channel.size(), sha.hex());
    } catch (IOException e) {
      throw AtomicFiles.unwritable(file, e);
    }
  }

  private static void append(FileChannel channel, Sha256 sha, ByteBuffer bytes) throws IOException {
    sha.add(bytes);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Reads a file and checks that it is undamaged. If the file is damaged, some sinks may have
   * received wrong elements before the method throws an exception.
   *
   * @param file path of the file
   * @param expected size and hash that the file must have
   * @param sink function that returns the sink for the elements of a tensor; null if the tensor is
   *     not needed
   * @return the metadata of the file
   * @throws UserError if the file is missing, unreadable or damaged
   */
  public static Map<String, String> read(
      Path file, SavedFile expected, Function<SavedTensor, Sink> sink) {
    Sha256 sha = new Sha256();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != expected.bytes()) {
        throw damaged(
            file,
            "it has %d bytes, but %s says %d"
                .formatted(channel.size(), CheckpointManifest.FILE_NAME, expected.bytes()));
      }
      TensorFileHeader header = readHeader(file, channel, sha);
      ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (SavedTensor tensor : header.tensors()) {
        Sink target = sink.apply(tensor);
        for (long left = tensor.bytes(); left > 0; left -= buffer.limit()) {
          buffer.clear().limit((int) Math.min(left, CHUNK_BYTES));
          fill(channel, buffer);
          sha.add(buffer);
          if (target != null) {
            target.accept(buffer);
          }
        }
      }
      if (!sha.hex().equals(expected.sha256())) {
        throw damaged(file, "its contents do not have the hash in " + CheckpointManifest.FILE_NAME);
      }
      return header.metadata();
    } catch (EOFException e) {
      throw damaged(file, "it is truncated");
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    }
  }

  private static TensorFileHeader readHeader(Path file, FileChannel channel, Sha256 sha)
      throws IOException {
    ByteBuffer length =
        ByteBuffer.allocate(TensorFileHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(channel, length);
    sha.add(length);
    long left = channel.size() - TensorFileHeader.LENGTH_BYTES;
    long bytes = length.getLong();
    if (bytes < 0 || bytes > Math.min(left, TensorFileHeader.MAX_BYTES)) {
      throw damaged(file, "it is not a file in the safetensors format");
    }
    ByteBuffer json = ByteBuffer.allocate((int) bytes);
    fill(channel, json);
    sha.add(json);
    try {
      return TensorFileHeader.parse(json.array(), left - bytes);
    } catch (IOException e) {
      throw damaged(file, e.getMessage());
    }
  }

  /**
   * Reads from the file until a buffer is full, and then sets the buffer's position to its start.
   */
  private static void fill(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    buffer.flip();
  }

  private static UserError damaged(Path file, String reason) {
    return new UserError(
        "%s is damaged: %s. Resume from another checkpoint.".formatted(file, reason));
  }
}
