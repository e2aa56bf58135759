package perseus.model;

/**
 * Provides one model. An extension implements this interface, because a {@link Model} is a value.
 *
 * <p>A model that consists of the project's kinds of layers can be trained on tensors and
 * simulated. A model with its own classes of {@link perseus.model.layer.Layer} can only be
 * simulated (virtual engine).
 */
@FunctionalInterface
public interface ModelProvider {
  /** Returns the model, always an equal one. */
  Model model();
}
