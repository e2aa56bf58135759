package org.example.perseus;

import java.util.ArrayList;
import java.util.List;
import perseus.model.Family;
import perseus.model.Model;
import perseus.model.ModelProvider;
import perseus.model.layer.Layer;
import perseus.model.transformer.CausalHead;
import perseus.model.transformer.PositionEmbedding;
import perseus.model.transformer.TokenEmbedding;
import perseus.model.transformer.TransformerBlock;

/** Describes a GPT with four small blocks. */
public final class TinyGpt implements ModelProvider {
  private static final int VOCABULARY = 512;
  private static final int POSITIONS = 64;
  private static final int HIDDEN = 32;
  private static final int BLOCKS = 4;
  private static final int HEADS = 2;

  @Override
  public Model model() {
    List<Layer> layers = new ArrayList<>();
    layers.add(new TokenEmbedding(VOCABULARY, HIDDEN, false));
    layers.add(new PositionEmbedding(POSITIONS, HIDDEN));
    for (int i = 0; i < BLOCKS; i++) {
      layers.add(
          new TransformerBlock(i, TransformerBlock.Variant.GPT2, HIDDEN, HEADS, 4 * HIDDEN));
    }
    layers.add(new CausalHead(VOCABULARY, HIDDEN));
    return new Model("gpt-tiny", Family.GPT3, layers, POSITIONS, POSITIONS);
  }
}
