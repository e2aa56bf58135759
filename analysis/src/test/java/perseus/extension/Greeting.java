package perseus.extension;

/** A kind of extension for tests. */
public interface Greeting {
  String name();

  default String greet() {
    return "hello";
  }

  /** The method that greetings of the earlier version lack. */
  String answer();
}
