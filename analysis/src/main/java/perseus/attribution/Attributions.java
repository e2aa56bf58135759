package perseus.attribution;

import java.util.List;
import perseus.extension.Registry;

/**
 * Lists all attribution methods and finds a method by its name. A new attribution method needs one
 * class, and one constant in {@code Attributions}. An extension can add an attribution method that
 * is not part of this project ({@link Registry}).
 */
public final class Attributions {
  /** Fits powers to the updates of the energy counter by least squares. */
  public static final Attribution DECONVOLUTION = new Deconvolution();

  /**
   * Interpolates the readings of the energy counter linearly, only for comparison with other
   * methods.
   */
  public static final Attribution INTERPOLATION = new Interpolation();

  private static final List<Attribution> BUILT_IN = List.of(DECONVOLUTION, INTERPOLATION);

  private static final Registry<Attribution> REGISTRY =
      Registry.of("attribution method", Attribution.class, Attribution::name, BUILT_IN);

  private Attributions() {}

  /**
   * Returns the names of all attribution methods.
   *
   * @throws perseus.io.UserError if an extension with an attribution method cannot be used
   */
  public static List<String> names() {
    return REGISTRY.names();
  }

  /**
   * Returns the attribution method with the given name.
   *
   * @throws perseus.io.UserError if no attribution method has the name, or if an extension with an
   *     attribution method cannot be used
   */
  public static Attribution of(String name) {
    Attribution method = REGISTRY.named(name);
    return BUILT_IN.contains(method) ? method : new CheckedAttribution(method);
  }
}
