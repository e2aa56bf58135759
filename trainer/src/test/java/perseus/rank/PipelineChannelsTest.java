package perseus.rank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.parallel.Degrees;
import perseus.transport.TensorTransport.Channel;
import perseus.transport.TensorTransport.Stream;

class PipelineChannelsTest {
  private static List<Deque<Channel>> channels(Degrees degrees, boolean ring) {
    List<Deque<Channel>> all = new ArrayList<>();
    for (int rank = 0; rank < degrees.worldSize(); rank++) {
      all.add(new ArrayDeque<>(PipelineLinks.channels(rank, degrees, ring)));
    }
    return all;
  }

  /**
   * Each rank connects its channels one after the other. For each channel, it waits until the rank
   * at the other end connects the same channel.
   */
  @ParameterizedTest
  @CsvSource({"2, 1", "3, 1", "4, 1", "5, 1", "8, 1", "2, 2", "3, 2", "4, 2"})
  void ranksConnectWithoutWaitingInACircle(int pp, int dp) {
    for (boolean ring : new boolean[] {false, true}) {
      List<Deque<Channel>> left = channels(new Degrees(pp, dp, 2), ring);
      int rounds = 0;
      boolean connected = true;
      while (connected) {
        Set<Channel> ready = new HashSet<>();
        for (Deque<Channel> mine : left) {
          Channel next = mine.peek();
          if (next != null
              && next.equals(left.get(next.from()).peek())
              && next.equals(left.get(next.to()).peek())) {
            ready.add(next);
          }
        }
        ready.forEach(
            channel -> {
              left.get(channel.from()).remove();
              left.get(channel.to()).remove();
            });
        connected = !ready.isEmpty();
        rounds += connected ? 1 : 0;
      }
      assertThat(left).allMatch(Deque::isEmpty);
      assertThat(rounds).isLessThanOrEqualTo(8);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "2, 1, 2", "4, 3, 4"})
  void activationsAndGradientsGoOppositeWays(int pp, int line, int ring) {
    Degrees degrees = new Degrees(pp, 1, 1);
    for (boolean closed : new boolean[] {false, true}) {
      Set<Channel> distinct = new HashSet<>();
      channels(degrees, closed).forEach(distinct::addAll);
      assertThat(distinct).hasSize(2 * (closed ? ring : line));
      assertThat(distinct)
          .allSatisfy(
              channel ->
                  assertThat(channel.to())
                      .isEqualTo(
                          channel.stream() == Stream.ACTIVATION
                              ? degrees.nextRank(channel.from())
                              : degrees.previousRank(channel.from())));
    }
  }
}
