package perseus.attribution.activity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Separates instances of instructions that may draw another power than typical instances.
 *
 * <p>Method: the time between two iterations becomes a separate record of the instruction log. The
 * class {@link Pauses} leaves out a time between two iterations that is unusually long, for example
 * because of an evaluation. The first and the last instance of a computation in an iteration get
 * separate names. An instance of an instruction gets a separate name if its duration differs by
 * more than 4 percent and 5 standard errors from the median. Instances during which the host stalls
 * ({@link UsualDurations}) always get a separate power. Cross-validation decides which of the
 * separately named instances get a separate power. The last backward of an iteration always gets a
 * separate power if gradient all-reduces overlap it.
 *
 * <p>Complexity: O(N log N) time for N records of the instruction log.
 */
public final class Activities {
  /** Minimum number of instances of a computation for a search of unusual durations. */
  private static final int MIN_INSTANCES = 4;

  /** Number of instances at each end of an iteration that get separate names. */
  private static final int MARKED_ENDS = 8;

  /**
   * Unusual durations are ignored if they occur in more than this fraction of a computation's
   * instances.
   */
  private static final double MAX_SPECIAL_SHARE = 1.0 / 3;

  private static final Set<Instruction> BACKWARDS =
      Set.of(
          Instruction.BACKWARD,
          Instruction.FORWARD_BACKWARD,
          Instruction.BACKWARD_INPUT,
          Instruction.WEIGHT_BACKWARD);

  private final RankRecording rank;
  private final List<UsualDurations> usual;
  private final Map<Instruction, TreeSet<Integer>> positions;

  /** Instances that certainly need a separate power. */
  private final Set<Instruction> unusual = new HashSet<>();

  /**
   * Finds the instances of a rank whose durations differ from those of typical instances.
   *
   * @param rank recording without separate names for unusual instances
   */
  public Activities(RankRecording rank) {
    this.rank = rank;
    usual = rank.windows().stream().map(UsualDurations::of).toList();
    positions = specialPositions();
  }

  /**
   * Returns the recording in which instances with a possibly different power have separate names
   * ({@link Activity}).
   *
   * @param further instances that get a separate name and a separate power in any case
   */
  public MarkedRank mark(Set<Instruction> further) {
    Map<Instruction, TreeSet<Integer>> marked = copyOfPositions();
    further.forEach(
        special ->
            marked
                .computeIfAbsent(Activity.instruction(special), kind -> new TreeSet<>())
                .add(Activity.position(special)));
    Set<Instruction> separate = new HashSet<>(further);
    separate.addAll(unusual);
    return mark(marked, separate);
  }

  /**
   * Returns the recording in which up to {@link #MARKED_ENDS} instances of each computation at each
   * end of an iteration have separate names.
   */
  public MarkedRank markEnds() {
    Map<Instruction, TreeSet<Integer>> marked = copyOfPositions();
    marked.forEach(
        (kind, special) -> {
          int last = special.last();
          for (int n = 0; n < MARKED_ENDS; n++) {
            special.add(Math.min(n, last));
            special.add(Math.max(last - n, 0));
          }
        });
    return mark(marked, new HashSet<>(unusual));
  }

  private Map<Instruction, TreeSet<Integer>> copyOfPositions() {
    Map<Instruction, TreeSet<Integer>> copy = new TreeMap<>();
    positions.forEach((kind, special) -> copy.put(kind, new TreeSet<>(special)));
    return copy;
  }

  /**
   * @param separate activities that get a separate power; receives the instances during which the
   *     host stalls
   */
  private MarkedRank mark(Map<Instruction, TreeSet<Integer>> marked, Set<Instruction> separate) {
    List<Window> windows = new ArrayList<>();
    for (int w = 0; w < usual.size(); w++) {
      Window window = rank.windows().get(w);
      double longest = Pauses.longestUsual(window);
      List<Segment> segments = new ArrayList<>();
      for (Segment segment : window.segments()) {
        for (Segment part : Pauses.divided(segment, longest)) {
          segments.add(marked(part, marked, usual.get(w), separate));
        }
      }
      windows.add(new Window(window.frequencyMhz(), segments, window.iterations()));
    }
    return new MarkedRank(rank.withWindows(windows), separate);
  }

  /**
   * Returns the positions at which the duration of a computation differs from that of typical
   * instances. Adds instances that certainly need a separate power to {@link #unusual}.
   */
  private Map<Instruction, TreeSet<Integer>> specialPositions() {
    Map<Instruction, List<Deviations>> deviations = new TreeMap<>();
    for (int w = 0; w < usual.size(); w++) {
      for (Segment segment : rank.windows().get(w).segments()) {
        InstructionLog log = segment.instructions();
        List<UsualDurations.Usual> usualOfKind = usual.get(w).of(log.kinds());
        List<List<Deviations>> byKind =
            log.kinds().stream()
                .map(kind -> deviations.computeIfAbsent(kind, k -> new ArrayList<>()))
                .toList();
        Instances.forEach(
            segment,
            (record, position) -> {
              int kind = log.kind()[record];
              List<Deviations> positions = byKind.get(kind);
              while (positions.size() <= position) {
                positions.add(new Deviations());
              }
              double duration = log.end()[record] - log.start()[record];
              UsualDurations.Usual own = usualOfKind.get(kind);
              if (!own.isStalled(position, duration)) {
                positions.get(position).add(duration / own.medianSeconds() - 1);
              }
            });
      }
    }
    Map<Instruction, TreeSet<Integer>> special = new TreeMap<>();
    deviations.forEach(
        (kind, found) -> {
          if (found.size() >= MIN_INSTANCES && kind.isComputation()) {
            TreeSet<Integer> positions = new TreeSet<>();
            for (int position = 0; position < found.size(); position++) {
              if (found.get(position).isSpecial()) {
                positions.add(position);
              }
            }
            if (positions.size() > MAX_SPECIAL_SHARE * found.size()) {
              positions.clear();
            }
            positions.forEach(position -> unusual.add(Activity.at(kind, position)));
            positions.add(0);
            positions.add(found.size() - 1);
            special.put(kind, positions);
          }
          int last = found.size() - 1;
          if (rank.overlapGradReduce() && isBackward(kind) && last > 0) {
            unusual.add(Activity.at(kind, last));
            special.computeIfAbsent(kind, key -> new TreeSet<>()).add(last);
          }
        });
    return special;
  }

  private static boolean isBackward(Instruction kind) {
    return BACKWARDS.contains(ChunkInstruction.of(kind).instruction());
  }

  /**
   * Returns a copy of the iterations with a log in which atypical instances have separate names.
   *
   * @param unusual receives the instructions during which the host stalls
   */
  private static Segment marked(
      Segment segment,
      Map<Instruction, TreeSet<Integer>> positions,
      UsualDurations usual,
      Set<Instruction> unusual) {
    InstructionLog log = segment.instructions();
    List<Instruction> kinds = new ArrayList<>(log.kinds());
    kinds.add(Activity.BETWEEN_ITERATIONS);
    positions.forEach(
        (kind, special) -> special.forEach(position -> kinds.add(Activity.at(kind, position))));
    log.kinds().forEach(kind -> kinds.add(Activity.stalled(kind)));
    Map<Instruction, Integer> index = new TreeMap<>();
    for (int k = 0; k < kinds.size(); k++) {
      index.put(kinds.get(k), k);
    }
    int[][] kindAt = kindAtPosition(log.kinds(), positions, index);
    int pause = index.get(Activity.BETWEEN_ITERATIONS);
    List<UsualDurations.Usual> usualOfKind = usual.of(log.kinds());
    int pauses = segment.iterations().length - 1;
    int size = segment.to() - segment.from() + pauses;
    int[] kind = new int[size];
    double[] start = new double[size];
    double[] end = new double[size];
    int[] ordinal = new int[size];
    boolean[] damaged = new boolean[size];
    int[] iterations = new int[segment.iterations().length];
    int[] counts = new int[kinds.size()];
    int[] n = {0};
    int[] iteration = {0};
    Instances.forEach(
        segment,
        (record, position) -> {
          if (iteration[0] < iterations.length && segment.iterations()[iteration[0]] == record) {
            if (iteration[0] > 0) {
              kind[n[0]] = pause;
              start[n[0]] = log.end()[record - 1];
              end[n[0]] = log.start()[record];
              ordinal[n[0]] = iteration[0] - 1;
              n[0]++;
            }
            iterations[iteration[0]++] = n[0];
          }
          int own = log.kind()[record];
          if (usualOfKind.get(own).isStalled(position, log.end()[record] - log.start()[record])) {
            Instruction stalled = Activity.stalled(log.kinds().get(own));
            kind[n[0]] = index.get(stalled);
            unusual.add(stalled);
          } else {
            kind[n[0]] = position < kindAt[own].length ? kindAt[own][position] : own;
          }
          start[n[0]] = log.start()[record];
          end[n[0]] = log.end()[record];
          ordinal[n[0]] = log.ordinal()[record];
          damaged[n[0]] = log.damaged()[record];
          n[0]++;
        });
    for (int k : kind) {
      counts[k]++;
    }
    return new Segment(
        new InstructionLog(
            log.file(),
            List.copyOf(kinds),
            counts,
            kind,
            start,
            end,
            ordinal,
            damaged,
            log.quantumSeconds()),
        segment.energy(),
        segment.samples(),
        iterations,
        0,
        size,
        segment.start(),
        segment.end());
  }

  /**
   * Returns the index of the activity for each instruction and each position in the iteration.
   * Positions after the last one with a separate name are left out.
   */
  private static int[][] kindAtPosition(
      List<Instruction> kinds,
      Map<Instruction, TreeSet<Integer>> positions,
      Map<Instruction, Integer> index) {
    int[][] kindAt = new int[kinds.size()][];
    for (int k = 0; k < kindAt.length; k++) {
      TreeSet<Integer> special = positions.getOrDefault(kinds.get(k), new TreeSet<>());
      kindAt[k] = new int[special.isEmpty() ? 0 : special.last() + 1];
      Arrays.fill(kindAt[k], k);
      for (int position : special) {
        kindAt[k][position] = index.get(Activity.at(kinds.get(k), position));
      }
    }
    return kindAt;
  }
}
