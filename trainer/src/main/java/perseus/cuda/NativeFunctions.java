package perseus.cuda;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls functions of a native library by their names. A function is looked up when it is first
 * called. If the library lacks a function, only the calls of this function fail. Several threads
 * may use an instance.
 */
public final class NativeFunctions {
  /**
   * Keeps each library until the process ends. JNA closes a library that no object refers to, but
   * threads of the library may still run.
   */
  private static final Map<String, NativeLibrary> LOADED = new ConcurrentHashMap<>();

  private final NativeLibrary library;
  private final Map<String, Function> found = new ConcurrentHashMap<>();

  /**
   * Loads a library.
   *
   * @param name path of the library, or its file name, which the dynamic linker searches
   * @throws UnsatisfiedLinkError if the library is missing, or cannot be loaded
   */
  public NativeFunctions(String name) {
    this.library = LOADED.computeIfAbsent(name, NativeLibrary::getInstance);
  }

  /** Returns whether the library has a function or a variable with the given name. */
  public boolean has(String name) {
    try {
      library.getGlobalVariableAddress(name);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  /**
   * Calls a function that returns an int.
   *
   * @throws UnsatisfiedLinkError if the library does not have the function
   */
  public int call(String name, Object... arguments) {
    return function(name).invokeInt(arguments);
  }

  /** Calls a function that returns a text. */
  public String text(String name, Object... arguments) {
    Pointer text = function(name).invokePointer(arguments);
    return text == null ? "" : text.getString(0);
  }

  private Function function(String name) {
    return found.computeIfAbsent(name, library::getFunction);
  }
}
