package perseus.tensor.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import perseus.tensor.autograd.Tape;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.parameter.StageParameters;

/**
 * Computes the embedding and the loss with one shared table of token vectors. The head, which
 * computes the loss, uses the same table of token vectors as the embedding (tied weights).
 *
 * <p>With tensor parallelism, each rank holds the table's rows for one part of the vocabulary
 * (Shoeybi et al., 2019). For the embedding, each rank looks up only the tokens whose rows it
 * holds, and then the ranks sum the resulting vectors. For the loss of a token, a tensor-parallel
 * group of R ranks does not exchange the logits, but only R + 1 numbers.
 */
final class VocabularyTable {
  private final LocalParameter table;

  /**
   * Vocabulary index of the first row of {@code table}, as a tensor of one element; null until it
   * is used.
   */
  private NDArray first;

  /**
   * @param table token vectors, a tensor of the shape (this rank's part of the vocabulary, hidden)
   */
  private VocabularyTable(LocalParameter table) {
    this.table = table;
  }

  /** Finds the table of token vectors among the parameters of a stage. */
  static VocabularyTable of(StageParameters parameters) {
    return new VocabularyTable(parameters.get("embedding.tokens.weight"));
  }

  private NDArray first() {
    // The index is copied to the GPU only once, because each copy makes the host wait for the GPU.
    if (first == null) {
      first = table.value().getManager().create(table.first());
    }
    return first;
  }

  /**
   * Looks up the vector of each token of a microbatch.
   *
   * @param tokens vocabulary indices of the tokens, an int64 tensor of the shape (samples, tokens)
   * @return tensor of the shape (samples, tokens, hidden), which is a new leaf (start of an
   *     autograd graph) of the tape
   */
  NDArray embed(Tape tape, NDArray tokens) {
    NDArray vectors = tape.sumOverGroup(tape.call("embedding", tokens, table.operand(), first()));
    return tape.withBackward(
        vectors,
        gradient ->
            tape.call("embedding_backward", gradient, tokens, table.gradient(), first()).close());
  }

  /**
   * Computes the mean cross entropy of the labels with the logits z = x E^T + bias, where E is the
   * table of token vectors.
   *
   * <p>The logits that belong to one vector of x form one row of the tensor of logits. The forward
   * replaces each logit z by exp(z - m), where m is the maximum of the logits in its row. The
   * tensor with the exponentials of the logits is the only large tensor that the backward needs.
   *
   * <p>The backward computes the gradient of the loss with respect to each logit:
   *
   * <pre>
   *   gradient = w exp(m - l) exp(z - m)      for a logit z of another token than the label
   *   gradient = w exp(m - l) exp(z - m) - w  for the logit z of the label
   *   m = maximum of the logits in the row of z
   *   l = logarithm of the sum of exp(z) over the row
   *   w = 1 / (number of labels), or 0 in a row without a label
   * </pre>
   *
   * @param x tensor of the shape (..., hidden), which must be a result of {@link Tape#copyToGroup}
   * @param bias bias of the logits, of the shape (this rank's part of the vocabulary); null if the
   *     logits have no bias
   * @param labels int64 tensor with one label for each vector of x; a negative label means that the
   *     model predicts no token at this position
   * @return the mean cross entropy (loss), a scalar, which is a new leaf (start of an autograd
   *     graph) of the tape
   */
  NDArray crossEntropy(Tape tape, NDArray x, LocalParameter bias, NDArray labels) {
    NDArray rows = present(tape, table, table.operand());
    NDArray first = first();
    NDArray flat = tape.own(labels.reshape(-1));
    NDArray logits =
        bias == null
            ? tape.call("linear_without_bias", x, rows)
            : tape.call("linear", x, rows, present(tape, bias, bias.operand()));
    NDArray exponentials = logits.reshape(flat.size(), rows.getShape().get(0));
    NDArray statistics = tape.call("exponentiate_", exponentials, flat, first);
    NDArray logSum = statistics.get(":, 1");
    NDArray labelLogit = statistics.get(":, 2");
    if (tape.group().size() > 1) {
      NDArray exchanged = exchanged(tape, logSum, labelLogit);
      logSum = tape.call("log_sum_exp", exchanged.get(":, :-1"));
      labelLogit = exchanged.get(":, -1");
    }
    NDArray weights = tape.call("label_weights", flat);
    NDArray loss = logSum.sub(labelLogit).mul(weights).sum();
    NDArray factors = statistics.get(":, 0").sub(logSum).exp().mul(weights);
    return tape.withBackward(
        loss,
        gradient -> {
          NDArray scaledFactors = factors.mul(gradient);
          NDArray scaledWeights = weights.mul(gradient);
          if (bias != null) {
            NDArray biasGradient = present(tape, bias, bias.gradient());
            tape.call(
                    "head_bias_backward",
                    exponentials,
                    scaledFactors,
                    scaledWeights,
                    flat,
                    first,
                    biasGradient)
                .close();
          }
          NDArray tableGradient = present(tape, table, table.gradient());
          NDArray received =
              tape.call(
                  "head_backward",
                  exponentials,
                  scaledFactors,
                  scaledWeights,
                  flat,
                  first,
                  x,
                  rows,
                  tableGradient);
          tape.propagate(x, received);
        });
  }

  /**
   * Returns values of all tensor-parallel ranks for each token, as a tensor of the shape (tokens,
   * ranks + 1). Column r of the returned tensor is the {@code logSum} of rank r. The last column of
   * the returned tensor is the sum of {@code labelLogit} over the ranks.
   */
  private static NDArray exchanged(Tape tape, NDArray logSum, NDArray labelLogit) {
    int ranks = tape.group().size();
    NDList columns = new NDList();
    for (int rank = 0; rank < ranks; rank++) {
      columns.add(rank == tape.group().index() ? logSum : logSum.zerosLike());
    }
    columns.add(labelLogit);
    NDArray exchanged = NDArrays.stack(columns, 1);
    tape.group().sum(exchanged);
    return exchanged;
  }

  /**
   * Returns this rank's rows of a parameter's value or gradient, without the rows that are padding.
   */
  private static NDArray present(Tape tape, LocalParameter parameter, NDArray tensor) {
    return parameter.present() == tensor.getShape().get(0)
        ? tensor
        : tape.own(tensor.get(new NDIndex("0:{}", parameter.present())));
  }
}
