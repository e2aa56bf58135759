package perseus.transport.nccl;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import perseus.cuda.NativeFunctions;
import perseus.io.UserError;

/**
 * Calls NVIDIA's library NCCL. The names, types and constants are those of the header file {@code
 * nccl.h} of NCCL 2.18 to 2.28.
 *
 * <p>Several threads may call NCCL at the same time, but only for different communicators.
 */
final class Nccl {
  // The next constants are results of calls (ncclResult_t).
  static final int SUCCESS = 0;
  static final int INVALID_ARGUMENT = 4;
  static final int INVALID_USAGE = 5;
  static final int REMOTE_ERROR = 6;
  static final int IN_PROGRESS = 7;

  // The next constants are types of elements (ncclDataType_t).
  static final int UINT8 = 1;
  static final int FLOAT16 = 6;
  static final int FLOAT32 = 7;
  static final int BFLOAT16 = 9;

  /** The environment variable that names the path of the library. */
  static final String PATH_VARIABLE = "NCCL_LIBRARY";

  /**
   * The oldest supported version of NCCL: the first version whose configuration has all fields of
   * {@link Config}.
   */
  static final int OLDEST_VERSION = 21800;

  private static final String PLAIN_NAME = "libnccl.so.2";
  private static final int SUM = 0;
  private static final int ID_BYTES = 128;
  private static final int CONFIG_MAGIC = 0xcafebeef;
  private static final int UNDEFINED = Integer.MIN_VALUE;

  private final NativeFunctions functions;

  /**
   * Holds the unique id of a communicator (ncclUniqueId). NCCL's functions receive the id by value.
   */
  @Structure.FieldOrder("bytes")
  public static class UniqueId extends Structure implements Structure.ByValue {
    public byte[] bytes = new byte[ID_BYTES];
  }

  /**
   * Holds the configuration of a communicator (ncclConfig_t) in the form of NCCL 2.18. Newer
   * versions of NCCL accept the form of NCCL 2.18, and use default values for all other fields.
   */
  @Structure.FieldOrder({
    "size",
    "magic",
    "version",
    "blocking",
    "cgaClusterSize",
    "minCtas",
    "maxCtas",
    "netName",
    "splitShare"
  })
  public static class Config extends Structure {
    public long size;
    public int magic = CONFIG_MAGIC;
    public int version = OLDEST_VERSION;
    public int blocking = 1;
    public int cgaClusterSize = UNDEFINED;
    public int minCtas = UNDEFINED;
    public int maxCtas = UNDEFINED;
    public Pointer netName;
    public int splitShare = UNDEFINED;

    /**
     * Creates the configuration of a blocking communicator. A call of a blocking communicator
     * returns when its operation is in a stream. For a nonblocking communicator, NCCL would start a
     * thread for each operation. Callers would have to poll until the operation is in a stream.
     */
    public Config() {
      size = size();
    }
  }

  private Nccl(NativeFunctions functions) {
    this.functions = functions;
  }

  /**
   * Loads NCCL.
   *
   * @param path path of the library; null or blank to search for it by its name. The search also
   *     finds the library that PyTorch has loaded.
   * @throws UserError if the library cannot be loaded, or is too old
   */
  static Nccl load(String path) {
    Nccl nccl;
    int version;
    try {
      nccl = new Nccl(new NativeFunctions(path == null || path.isBlank() ? PLAIN_NAME : path));
      version = nccl.version();
    } catch (LinkageError e) {
      throw new UserError(
          "NCCL cannot be loaded (%s). Install NCCL 2.18 or newer, or set %s to the path of libnccl.so.2."
              .formatted(
                  String.valueOf(e.getMessage()).lines().findFirst().orElse(""), PATH_VARIABLE),
          e);
    }
    if (version < OLDEST_VERSION) {
      throw new UserError(
          "NCCL has the version %d, which is older than 2.18.0 (%d). Install a newer NCCL, or set %s to its path."
              .formatted(version, OLDEST_VERSION, PATH_VARIABLE));
    }
    return nccl;
  }

  NativeFunctions functions() {
    return functions;
  }

  /**
   * Returns whether the library is the stub for tests without GPUs. The stub library of the tests
   * works on the memory of the host, and also replaces CUDA's functions for streams and events.
   */
  boolean isOnHostMemory() {
    return functions.has("nccl_host_memory");
  }

  /** Returns the version of NCCL as a number, such as 22809 for version 2.28.9. */
  int version() {
    IntByReference version = new IntByReference();
    int code = functions.call("ncclGetVersion", version);
    if (code != SUCCESS) {
      throw new UserError(describe("ncclGetVersion", code) + ".");
    }
    return version.getValue();
  }

  /**
   * Creates the id of a new communicator.
   *
   * @throws UserError if NCCL finds no network
   */
  byte[] newId() {
    Memory id = new Memory(ID_BYTES);
    int code = functions.call("ncclGetUniqueId", id);
    if (code != SUCCESS) {
      throw new UserError(describe("ncclGetUniqueId", code) + ".");
    }
    return id.getByteArray(0, ID_BYTES);
  }

  /**
   * Connects this rank with the other ranks of a communicator, on the CUDA device of the calling
   * thread. The method returns when all ranks are connected.
   *
   * @param created reference into which the method writes the handle of the communicator
   * @param size number of ranks of the communicator
   * @param id the id of the communicator, which one of its ranks has created
   * @param index index of this rank in the communicator, from 0
   */
  int connect(PointerByReference created, int size, byte[] id, int index) {
    UniqueId value = new UniqueId();
    System.arraycopy(id, 0, value.bytes, 0, ID_BYTES);
    return functions.call("ncclCommInitRankConfig", created, size, value, index, new Config());
  }

  /**
   * Returns the state of a communicator: {@link #IN_PROGRESS}, {@link #SUCCESS} if its last call
   * has finished, or the code of an error.
   */
  int state(Pointer communicator) {
    IntByReference state = new IntByReference();
    int code = functions.call("ncclCommGetAsyncError", communicator, state);
    return code == SUCCESS ? state.getValue() : code;
  }

  int groupStart() {
    return functions.call("ncclGroupStart");
  }

  int groupEnd() {
    return functions.call("ncclGroupEnd");
  }

  int send(Pointer address, long count, int type, int to, Pointer communicator, Pointer stream) {
    return functions.call("ncclSend", address, count, type, to, communicator, stream);
  }

  int receive(
      Pointer address, long count, int type, int from, Pointer communicator, Pointer stream) {
    return functions.call("ncclRecv", address, count, type, from, communicator, stream);
  }

  /**
   * Starts an all-reduce: replaces each element at an address by the sum of this element over the
   * ranks of a communicator.
   */
  int sum(Pointer address, long count, int type, Pointer communicator, Pointer stream) {
    return functions.call(
        "ncclAllReduce", address, address, count, type, SUM, communicator, stream);
  }

  /** Starts to finalize a communicator. NCCL first completes all operations of the communicator. */
  int finish(Pointer communicator) {
    return functions.call("ncclCommFinalize", communicator);
  }

  int destroy(Pointer communicator) {
    return functions.call("ncclCommDestroy", communicator);
  }

  /** Aborts all operations of a communicator, also on the GPU, and destroys the communicator. */
  int abort(Pointer communicator) {
    return functions.call("ncclCommAbort", communicator);
  }

  /**
   * Returns a sentence for the user, without a full stop, that describes a failed call of an NCCL
   * function.
   */
  String describe(String function, int code) {
    String last = functions.text("ncclGetLastError", Pointer.NULL).strip();
    return "NCCL failed in %s: %s (error %d%s)"
        .formatted(
            function,
            functions.text("ncclGetErrorString", code),
            code,
            last.isEmpty() ? "" : "; " + last);
  }
}
