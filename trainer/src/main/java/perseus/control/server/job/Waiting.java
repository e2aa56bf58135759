package perseus.control.server.job;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import perseus.control.server.http.Answer;
import perseus.control.server.http.HttpError;

/**
 * Stores the HTTP calls of the ranks that wait for a frequency schedule, at most one call per rank.
 */
final class Waiting {
  private static final HttpError SUPERSEDED =
      new HttpError(409, "A later call of the same rank has replaced this one.");

  private final List<Consumer<Answer>> calls;
  private int count;

  Waiting(int ranks) {
    this.calls = new ArrayList<>(Collections.nCopies(ranks, null));
  }

  /**
   * Stores the call of a rank that waits for a frequency schedule. If a rank calls twice, the
   * server answers the first call with an error, because its client has probably disconnected.
   *
   * @param answers list of tasks. If the rank has already called, the method adds a task that
   *     answers the first call with an error.
   */
  void add(int rank, Consumer<Answer> reply, List<Runnable> answers) {
    Consumer<Answer> earlier = calls.set(rank, reply);
    if (earlier == null) {
      count++;
    } else {
      answers.add(() -> earlier.accept(SUPERSEDED.answer()));
    }
  }

  int count() {
    return count;
  }

  /** Returns the global ranks that wait for a schedule. */
  IntStream ranks() {
    return IntStream.range(0, calls.size()).filter(rank -> calls.get(rank) != null);
  }

  boolean isComplete() {
    return count == calls.size();
  }

  /**
   * Removes the calls of all ranks that wait for a schedule. For each removed call, the method adds
   * a task to {@code answers} that sends the answer.
   *
   * @param answers list to which the method adds one task for each removed call
   * @param answerOfRank function that receives the global rank of a removed call and creates its
   *     answer
   */
  void answer(List<Runnable> answers, IntFunction<Answer> answerOfRank) {
    for (int rank = 0; rank < calls.size(); rank++) {
      Consumer<Answer> reply = calls.set(rank, null);
      if (reply != null) {
        int asking = rank;
        answers.add(() -> reply.accept(answerOfRank.apply(asking)));
      }
    }
    count = 0;
  }
}
