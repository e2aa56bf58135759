package perseus.cluster;

/**
 * Holds a number and the name of the environment variable that it comes from. Error messages name
 * the variable.
 */
public record Setting(String variable, int value) {

  /** Returns the setting as a user would write it, such as {@code NNODES=2}. */
  @Override
  public String toString() {
    return variable + "=" + value;
  }
}
