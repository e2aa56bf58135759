package perseus.planner.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Schedules;
import perseus.pipeline.dagfile.JsonSchedule;
import perseus.planner.RandomProblems;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.NotesWith;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

class EventNetworkTest {
  /** Transfer time in seconds of those problems below that have transfers. */
  private static final double TRANSFER = 0.05;

  private static EventNetwork network(PlanningProblem problem) {
    return new EventNetwork(problem.dag(), new TickScale(problem));
  }

  private static PlanningProblem pipeline(int stages, int microbatches, double transfer) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      rows.add(new ProfileRow(s, Instruction.FORWARD, 1410, 1, 100));
      rows.add(new ProfileRow(s, Instruction.BACKWARD, 1410, 2, 200));
    }
    ProfileNotes notes =
        NotesWith.transfers(
            ProfileNotes.none("a test"),
            IntStream.range(1, stages).mapToObj(s -> transfer).toList());
    return PlanningProblem.of(
        new StageProfile(rows, notes),
        Schedules.ONE_FORWARD_ONE_BACKWARD,
        microbatches,
        new double[stages]);
  }

  /** Returns a problem whose operations wait for random operations of other stages. */
  private static PlanningProblem randomGraph(long seed) throws IOException {
    Random random = new Random(seed);
    int stages = 1 + random.nextInt(4);
    int size = stages + random.nextInt(20);
    StringBuilder json = new StringBuilder();
    for (int j = 0; j < size; j++) {
      int stage = j < stages ? j : random.nextInt(stages);
      int end = j;
      String predecessors =
          IntStream.range(0, end)
              .filter(p -> random.nextInt(end) < 2)
              .mapToObj(
                  p ->
                      random.nextInt(4) > 0
                          ? "\"" + p + "\""
                          : "{\"id\": %d, \"lag_seconds\": %s}"
                              .formatted(p, random.nextInt(2) * TRANSFER / 2))
              .collect(Collectors.joining(","));
      json.append(j == 0 ? "" : ",")
          .append(
              "{\"id\": \"%d\", \"stage\": %d, \"instruction\": \"%s\", \"predecessors\": [%s]}"
                  .formatted(
                      j, stage, random.nextBoolean() ? "forward" : "backward", predecessors));
    }
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      for (Instruction i : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
        rows.add(new ProfileRow(s, i, 1410, 0.1 + random.nextDouble(), 100));
      }
    }
    ProfileNotes notes = ProfileNotes.none("seed " + seed);
    if (random.nextBoolean()) {
      notes =
          NotesWith.transfers(
              notes,
              IntStream.range(1, stages).mapToObj(s -> random.nextInt(2) * TRANSFER).toList());
    }
    Path file = Files.createTempFile("operations", ".json");
    try {
      Files.writeString(file, "{\"operations\": [" + json + "]}");
      return PlanningProblem.of(
          new StageProfile(rows, notes), JsonSchedule.read(file), 1, new double[stages]);
    } finally {
      Files.delete(file);
    }
  }

  private static List<PlanningProblem> randomProblems(long seed) throws IOException {
    return List.of(RandomProblems.problem(seed, 4, 6, 4), randomGraph(seed));
  }

  @Property(tries = 150)
  void everyArcLeadsToAHigherNodeAndEveryNodeLiesBetweenSourceAndSink(
      @ForAll @LongRange(min = 0) long seed) throws IOException {
    for (PlanningProblem problem : randomProblems(seed)) {
      EventNetwork network = network(problem);
      boolean[] entered = new boolean[network.nodes()];
      boolean[] left = new boolean[network.nodes()];
      for (int arc = 0; arc < network.arcs(); arc++) {
        assertThat(network.to[arc]).isGreaterThan(network.from[arc]);
        entered[network.to[arc]] = true;
        left[network.from[arc]] = true;
      }
      for (int v = 0; v < network.nodes(); v++) {
        assertThat(entered[v]).isEqualTo(v != EventNetwork.SOURCE);
        assertThat(left[v]).isEqualTo(v != network.sink);
      }
    }
  }

  @Property(tries = 150)
  void arcListsHoldEveryArcOnceAtItsTail(@ForAll @LongRange(min = 0) long seed) throws IOException {
    for (PlanningProblem problem : randomProblems(seed)) {
      EventNetwork network = network(problem);
      ArcLists leaving = network.leaving;
      int seen = 0;
      for (int v = 0; v < network.nodes(); v++) {
        for (int i = leaving.first[v]; i < leaving.first[v + 1]; i++) {
          assertThat(network.from[leaving.arcs[i]]).isEqualTo(v);
          assertThat(i == leaving.first[v] || leaving.arcs[i - 1] < leaving.arcs[i]).isTrue();
          seen++;
        }
      }
      assertThat(seen).isEqualTo(network.arcs());
    }
  }

  @Property(tries = 150)
  void earliestEventsAreTheEarliestStartsOfTheDag(@ForAll @LongRange(min = 0) long seed)
      throws IOException {
    Random random = new Random(seed);
    for (PlanningProblem problem : randomProblems(seed)) {
      IterationDag dag = problem.dag();
      TickScale scale = new TickScale(problem);
      EventNetwork network = new EventNetwork(dag, scale);
      long[] durations = random.longs(dag.size(), 0, 1L << 40).toArray();
      long[] times = network.earliest(durations);
      long[] ends = new long[dag.size()];
      for (int j = 0; j < ends.length; j++) {
        long start = 0;
        for (int p : dag.predecessors(j)) {
          start = Math.max(start, ends[p] + scale.transferTicks(p, j));
        }
        assertThat(times[network.from[j]]).isEqualTo(start);
        ends[j] = start + durations[j];
      }
      assertThat(times[network.sink]).isEqualTo(Arrays.stream(ends).max().orElseThrow());
    }
  }

  @Property(tries = 150)
  void operationsShareTheirStartIfTheyHaveTheSamePredecessors(@ForAll @LongRange(min = 0) long seed)
      throws IOException {
    for (PlanningProblem problem : randomProblems(seed)) {
      IterationDag dag = problem.dag();
      TickScale scale = new TickScale(problem);
      EventNetwork network = new EventNetwork(dag, scale);
      Map<Integer, Map<Integer, Long>> waitsOfStart = new TreeMap<>();
      Map<Map<Integer, Long>, Integer> startOfWaits = new HashMap<>();
      for (int j = 0; j < dag.size(); j++) {
        Map<Integer, Long> waits = new TreeMap<>();
        for (int p : dag.predecessors(j)) {
          waits.put(p, scale.transferTicks(p, j));
        }
        int start = network.from[j];
        assertThat(waitsOfStart.computeIfAbsent(start, v -> waits)).isEqualTo(waits);
        assertThat(startOfWaits.computeIfAbsent(waits, w -> start)).isEqualTo(start);
      }
    }
  }

  @Property(tries = 100)
  void reversingTwiceGivesTheSameNetwork(@ForAll @LongRange(min = 0) long seed) throws IOException {
    for (PlanningProblem problem : randomProblems(seed)) {
      EventNetwork network = network(problem);
      EventNetwork twice = network.reversed().reversed();
      assertThat(twice.operations).isEqualTo(network.operations);
      assertThat(twice.sink).isEqualTo(network.sink);
      assertThat(twice.from).isEqualTo(network.from);
      assertThat(twice.to).isEqualTo(network.to);
      assertThat(twice.lag).isEqualTo(network.lag);
      assertThat(twice.leaving.first).isEqualTo(network.leaving.first);
      assertThat(twice.leaving.arcs).isEqualTo(network.leaving.arcs);
    }
  }

  @Property(tries = 100)
  void reversedNetworkHasTheSameMakespan(@ForAll @LongRange(min = 0) long seed) throws IOException {
    for (PlanningProblem problem : randomProblems(seed)) {
      EventNetwork network = network(problem);
      long[] durations = new Random(seed).longs(network.operations, 0, 1L << 40).toArray();
      assertThat(network.reversed().earliest(durations)[network.sink])
          .isEqualTo(network.earliest(durations)[network.sink]);
    }
  }

  @Test
  void operationsOfAChainNeedOneEventEachAndNoPrecedences() {
    EventNetwork oneStage = network(pipeline(1, 3, 0));
    assertThat(oneStage.nodes()).isEqualTo(7);
    assertThat(oneStage.arcs()).isEqualTo(6);
  }

  @Test
  void transferNeedsAnEndEventAndAPrecedence() {
    // Only the first forward has two successors. Therefore only the first forward has an end event
    // and two precedences.
    EventNetwork without = network(pipeline(2, 1, 0));
    assertThat(without.nodes()).isEqualTo(6);
    assertThat(without.arcs()).isEqualTo(4 + 2);
    // With a transfer, the backward of the second stage also has an end event and a precedence,
    // because its gradient is transferred.
    PlanningProblem problem = pipeline(2, 1, TRANSFER);
    EventNetwork network = network(problem);
    assertThat(network.nodes()).isEqualTo(7);
    assertThat(network.arcs()).isEqualTo(4 + 3);
    long ticks = new TickScale(problem).ticks(TRANSFER);
    assertThat(Arrays.stream(network.lag).sum()).isEqualTo(2 * ticks);
  }

  @Test
  void oneMoreMicrobatchAddsOneEventPerStageAndOneMore() {
    for (int stages : new int[] {2, 4, 8}) {
      EventNetwork small = network(pipeline(stages, 3 * stages, 0));
      EventNetwork large = network(pipeline(stages, 3 * stages + 1, 0));
      assertThat(large.nodes() - small.nodes()).isEqualTo(stages + 1);
      assertThat(large.arcs() - small.arcs()).isEqualTo(2 * stages);
    }
  }

  @Test
  void operationEndsWhenItsSlowestOptionDoesEvenIfItsArcLastsLonger() {
    PlanningProblem problem = pipeline(1, 1, 0);
    TickScale scale = new TickScale(problem);
    EventNetwork network = new EventNetwork(problem.dag(), scale);
    long forward = scale.ticks(1);
    long backward = scale.ticks(2);
    long[] events = network.operationEvents(new long[] {0, 3 * forward, 3 * forward + backward});
    assertThat(events).containsExactly(0, forward, 3 * forward, 3 * forward + backward);
  }
}
