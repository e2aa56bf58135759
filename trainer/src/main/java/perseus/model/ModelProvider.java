package perseus.model;

/**
 * Provides one model. An extension that adds a model implements this interface.
 *
 * <p>A model that consists of the project's kinds of layers can be trained on tensors and
 * simulated. A model with its own classes of {@link perseus.model.layer.Layer} can only be
 * simulated (virtual engine).
 */
@FunctionalInterface
public interface ModelProvider {
  /** Returns the model. All calls must return equal models. */
  Model model();
}
