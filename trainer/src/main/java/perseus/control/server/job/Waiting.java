package perseus.control.server.job;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import perseus.control.server.http.Answer;
import perseus.control.server.http.HttpError;

/** The calls that wait for a schedule, at most one per rank. */
final class Waiting {
  private static final HttpError SUPERSEDED =
      new HttpError(409, "A later call of the same rank has taken this one's place.");

  private final List<Consumer<Answer>> calls;
  private int count;

  Waiting(int ranks) {
    this.calls = new ArrayList<>(Collections.nCopies(ranks, null));
  }

  /** Lets a call wait; an earlier one of its rank, whose client may be gone, is answered. */
  void add(int rank, Consumer<Answer> reply, List<Runnable> replies) {
    Consumer<Answer> earlier = calls.set(rank, reply);
    if (earlier == null) {
      count++;
    } else {
      replies.add(() -> earlier.accept(SUPERSEDED.answer()));
    }
  }

  int count() {
    return count;
  }

  boolean isComplete() {
    return count == calls.size();
  }

  /** Answers all; the answers are made and sent when {@code replies} run. */
  void answer(List<Runnable> replies, IntFunction<Answer> answerOfRank) {
    for (int rank = 0; rank < calls.size(); rank++) {
      Consumer<Answer> reply = calls.set(rank, null);
      if (reply != null) {
        int asking = rank;
        replies.add(() -> reply.accept(answerOfRank.apply(asking)));
      }
    }
    count = 0;
  }
}
