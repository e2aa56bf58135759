package perseus.extension;

/** Defines a kind of extension for tests. */
public interface Greeting {
  String name();

  default String greet() {
    return "hello";
  }

  /** Returns an answer. Greetings for the earlier version of this interface lack this method. */
  String answer();
}
