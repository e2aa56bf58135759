package perseus.tensor;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import perseus.model.Family;

/**
 * Computes the loss of a small transformer for one sample. The implementation uses only loops over
 * doubles, and follows the formulas of the papers. Tests compare its results with those of the
 * trainer.
 */
final class PlainTransformer {
  private final Family family;
  private final int heads;
  private final Map<String, double[][]> parameters;

  /**
   * Creates a model.
   *
   * @param parameters values of the parameters by name; a vector is a matrix with one row
   */
  PlainTransformer(Family family, int heads, Map<String, double[][]> parameters) {
    this.family = family;
    this.heads = heads;
    this.parameters = parameters;
  }

  /** Returns the bias that is added to the attention score of a query and a key in a head. */
  private interface ScoreBias {
    double at(int head, int query, int key);
  }

  double loss(int[][] sequences, int blocks) {
    return switch (family) {
      case GPT3, BLOOM, BERT -> {
        double[][] x = embed(sequences[0]);
        for (int block = 0; block < blocks; block++) {
          x = block("block" + block + ".", x);
        }
        yield crossEntropy(head(x), sequences[1]);
      }
      case T5 -> {
        double[][] encoded = rows("embedding.tokens.weight", sequences[0]);
        for (int block = 0; block < blocks; block++) {
          encoded = t5Attention("encoder" + block + ".attention", encoded, null, "encoder");
          encoded = t5FeedForward("encoder" + block + ".feedforward", encoded);
        }
        encoded = rms("encoder.final.norm", encoded);
        double[][] x = rows("embedding.tokens.weight", sequences[1]);
        for (int block = 0; block < blocks; block++) {
          String prefix = "decoder" + block;
          x = t5Attention(prefix + ".attention", x, null, "decoder");
          x = t5Attention(prefix + ".cross_attention", x, encoded, null);
          x = t5FeedForward(prefix + ".feedforward", x);
        }
        double[][] logits = product(rms("decoder.final.norm", x), "embedding.tokens.weight");
        double scale = Math.sqrt(x[0].length);
        yield crossEntropy(map(logits, logit -> logit / scale), sequences[2]);
      }
      case WIDE_RESNET -> throw new IllegalArgumentException("No transformer");
    };
  }

  private double[][] embed(int[] tokens) {
    double[][] x = rows("embedding.tokens.weight", tokens);
    if (family != Family.BLOOM) {
      double[][] positions = parameters.get("embedding.positions.weight");
      for (int i = 0; i < x.length; i++) {
        x[i] = sum(x[i], positions[i]);
      }
    }
    if (family == Family.BERT) {
      for (int i = 0; i < x.length; i++) {
        x[i] = sum(x[i], parameters.get("embedding.segments.weight")[0]);
      }
    }
    return family == Family.GPT3 ? x : layerNorm("embedding.norm", x);
  }

  private double[][] head(double[][] x) {
    if (family != Family.BERT) {
      return product(layerNorm("head.norm", x), "embedding.tokens.weight");
    }
    double[][] transformed = map(linear("head.transform", x), PlainTransformer::gelu);
    double[][] logits = product(layerNorm("head.norm", transformed), "embedding.tokens.weight");
    for (int i = 0; i < logits.length; i++) {
      logits[i] = sum(logits[i], parameters.get("head.bias")[0]);
    }
    return logits;
  }

  private double[][] block(String prefix, double[][] x) {
    if (family == Family.BERT) {
      double[][] y =
          layerNorm(prefix + "attention.norm", sum(x, attention(prefix + "attention", x)));
      return layerNorm(prefix + "feedforward.norm", sum(y, feedForward(prefix, y)));
    }
    double[][] y = sum(x, attention(prefix + "attention", layerNorm(prefix + "attention.norm", x)));
    return sum(y, feedForward(prefix, layerNorm(prefix + "feedforward.norm", y)));
  }

  private double[][] feedForward(String prefix, double[][] x) {
    DoubleUnaryOperator activation =
        family == Family.BERT ? PlainTransformer::gelu : PlainTransformer::geluTanh;
    return linear(
        prefix + "feedforward.down", map(linear(prefix + "feedforward.up", x), activation));
  }

  private double[][] attention(String name, double[][] x) {
    double[][] projected = linear(name + ".qkv", x);
    int width = projected[0].length / heads / 3;
    double[][][] parts = new double[3][x.length][heads * width];
    for (int i = 0; i < x.length; i++) {
      for (int part = 0; part < 3; part++) {
        for (int head = 0; head < heads; head++) {
          for (int j = 0; j < width; j++) {
            parts[part][i][head * width + j] = projected[i][(head * 3 + part) * width + j];
          }
        }
      }
    }
    ScoreBias bias =
        switch (family) {
          case GPT3 -> (head, query, key) -> key > query ? Double.NEGATIVE_INFINITY : 0;
          case BLOOM ->
              (head, query, key) ->
                  key > query
                      ? Double.NEGATIVE_INFINITY
                      : Math.pow(2, -8.0 * (head + 1) / heads) * (key - query);
          default -> (head, query, key) -> 0;
        };
    return linear(name + ".output", attend(parts, 1 / Math.sqrt(width), bias));
  }

  private double[][] t5Attention(String name, double[][] x, double[][] encoded, String stack) {
    double[][] normalized = rms(name + ".norm", x);
    double[][] source = encoded == null ? normalized : encoded;
    double[][][] parts = {
      product(normalized, name + ".query.weight"),
      product(source, name + ".key.weight"),
      product(source, name + ".value.weight")
    };
    double[][] table = parameters.get(stack + ".relative_bias.weight");
    ScoreBias bias =
        (head, query, key) -> {
          if (stack == null) {
            return 0;
          }
          boolean encoder = stack.equals("encoder");
          // Each distance below 8 has a separate bucket.
          int bucket = encoder && key > query ? 16 + key - query : query - key;
          return encoder || key <= query ? table[bucket][head] : Double.NEGATIVE_INFINITY;
        };
    return sum(x, product(attend(parts, 1, bias), name + ".output.weight"));
  }

  private double[][] t5FeedForward(String name, double[][] x) {
    double[][] wide = product(rms(name + ".norm", x), name + ".up.weight");
    return sum(x, product(map(wide, value -> Math.max(value, 0)), name + ".down.weight"));
  }

  private double[][] attend(double[][][] parts, double scale, ScoreBias bias) {
    double[][] q = parts[0];
    double[][] k = parts[1];
    double[][] v = parts[2];
    int width = q[0].length / heads;
    double[][] result = new double[q.length][q[0].length];
    for (int head = 0; head < heads; head++) {
      int from = head * width;
      for (int query = 0; query < q.length; query++) {
        double[] weights = new double[k.length];
        double total = 0;
        for (int key = 0; key < k.length; key++) {
          double score = 0;
          for (int j = from; j < from + width; j++) {
            score += q[query][j] * k[key][j];
          }
          weights[key] = Math.exp(scale * score + bias.at(head, query, key));
          total += weights[key];
        }
        for (int key = 0; key < k.length; key++) {
          for (int j = from; j < from + width; j++) {
            result[query][j] += weights[key] / total * v[key][j];
          }
        }
      }
    }
    return result;
  }

  private static double crossEntropy(double[][] logits, int[] labels) {
    double loss = 0;
    int counted = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] >= 0) {
        double total = 0;
        for (double logit : logits[i]) {
          total += Math.exp(logit);
        }
        loss += Math.log(total) - logits[i][labels[i]];
        counted++;
      }
    }
    return loss / counted;
  }

  private double[][] rows(String table, int[] indices) {
    double[][] rows = new double[indices.length][];
    for (int i = 0; i < indices.length; i++) {
      rows[i] = parameters.get(table)[indices[i]].clone();
    }
    return rows;
  }

  private double[][] linear(String name, double[][] x) {
    double[][] y = product(x, name + ".weight");
    for (int i = 0; i < y.length; i++) {
      y[i] = sum(y[i], parameters.get(name + ".bias")[0]);
    }
    return y;
  }

  private double[][] product(double[][] x, String weight) {
    double[][] w = parameters.get(weight);
    double[][] y = new double[x.length][w.length];
    for (int i = 0; i < x.length; i++) {
      for (int out = 0; out < w.length; out++) {
        for (int in = 0; in < w[out].length; in++) {
          y[i][out] += x[i][in] * w[out][in];
        }
      }
    }
    return y;
  }

  private double[][] layerNorm(String name, double[][] x) {
    double[] weight = parameters.get(name + ".weight")[0];
    double[] bias = parameters.get(name + ".bias")[0];
    double epsilon = family == Family.BERT ? 1e-12 : 1e-5;
    double[][] y = new double[x.length][weight.length];
    for (int i = 0; i < x.length; i++) {
      double mean = 0;
      double square = 0;
      for (double value : x[i]) {
        mean += value / weight.length;
        square += value * value / weight.length;
      }
      for (int j = 0; j < weight.length; j++) {
        double scaled = (x[i][j] - mean) / Math.sqrt(square - mean * mean + epsilon);
        y[i][j] = scaled * weight[j] + bias[j];
      }
    }
    return y;
  }

  private double[][] rms(String name, double[][] x) {
    double[] weight = parameters.get(name + ".weight")[0];
    double[][] y = new double[x.length][weight.length];
    for (int i = 0; i < x.length; i++) {
      double square = 0;
      for (double value : x[i]) {
        square += value * value / weight.length;
      }
      for (int j = 0; j < weight.length; j++) {
        y[i][j] = x[i][j] / Math.sqrt(square + 1e-6) * weight[j];
      }
    }
    return y;
  }

  private static double geluTanh(double x) {
    return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /**
   * Returns x times the cumulative distribution function of the normal distribution, which is
   * integrated by Simpson's rule.
   */
  private static double gelu(double x) {
    int steps = 200;
    double width = x / steps;
    double integral = 0;
    for (int i = 0; i <= steps; i++) {
      double at = i * width;
      double factor = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      integral += factor * Math.exp(-at * at / 2);
    }
    return x * (0.5 + integral * width / 3 / Math.sqrt(2 * Math.PI));
  }

  private static double[][] map(double[][] x, DoubleUnaryOperator function) {
    double[][] y = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x[i].length; j++) {
        y[i][j] = function.applyAsDouble(x[i][j]);
      }
    }
    return y;
  }

  private static double[][] sum(double[][] x, double[][] y) {
    double[][] z = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      z[i] = sum(x[i], y[i]);
    }
    return z;
  }

  private static double[] sum(double[] x, double[] y) {
    double[] z = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      z[i] = x[i] + y[i];
    }
    return z;
  }
}
