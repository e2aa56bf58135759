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
   * Stores the call of a rank that waits for a schedule. If an earlier call of the same rank is
   * still waiting, the earlier call gets an error as its answer, because its client has probably
   * disconnected.
   *
   * @param answers list to which this method adds the task that sends the error to the earlier call
   */
  void add(int rank, Consumer<Answer> reply, List<Runnable> answers) {
    Consumer<Answer> earlier = calls.set(rank, reply);
    if (earlier == null) {
      count++;
    } else {
      answers.add(() -> earlier.accept(SUPERSEDED.answer()));
    }
  }

  /** Returns the number of ranks that wait for a schedule. */
  int count() {
    return count;
  }

  /** Returns the global ranks that wait for a schedule. */
  IntStream ranks() {
    return IntStream.range(0, calls.size()).filter(rank -> calls.get(rank) != null);
  }

  /** Returns whether all ranks of the job wait for a schedule. */
  boolean isComplete() {
    return count == calls.size();
  }

  /**
   * Removes all waiting calls. For each removed call, this method adds a task to {@code answers}
   * that answers the call.
   *
   * @param answers list to which this method adds one task per waiting call; the task creates the
   *     answer to the call and sends it
   * @param answerOfRank function that receives the global rank of a waiting rank and creates the
   *     answer for this rank
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
