package perseus.extension;

/** Defines a kind of extension for tests. */
public interface Greeting {
  String name();

  default String greet() {
    return "hello";
  }

  /**
   * Returns an answer. A class that was compiled for the earlier version of this interface lacks
   * this method.
   */
  String answer();
}
