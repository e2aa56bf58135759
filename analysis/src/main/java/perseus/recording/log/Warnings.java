package perseus.recording.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects the warnings about a recording while its ranks are read and analyzed. Several threads
 * may add warnings at the same time.
 */
public final class Warnings {
  /**
   * Maximum number of ranks for which equal problems are reported one by one. If more than {@code
   * MAX_RANKS_PER_TOPIC} ranks have equal problems, only the worst problem is reported.
   */
  private static final int MAX_RANKS_PER_TOPIC = 2;

  private static final Comparator<Warning> WORST_FIRST =
      Comparator.comparingDouble(Warning::severity)
          .reversed()
          .thenComparingInt(Warning::rank)
          .thenComparing(Warning::message);

  private final Set<Warning> all = new HashSet<>();

  /** Adds a warning, unless an equal warning was added before. */
  public synchronized void add(Warning warning) {
    all.add(warning);
  }

  /** Adds a warning about the whole job, which says that a result is less certain than it looks. */
  public void doubtful(String message) {
    add(Warning.ofJob(Warning.Kind.DOUBTFUL, message));
  }

  /** Adds a warning about the whole job, which says that some recorded data were left out. */
  public void leftOut(String message) {
    add(Warning.ofJob(Warning.Kind.LEFT_OUT, message));
  }

  /** Returns the total number of records, readings and iterations with problems of one kind. */
  public synchronized long count(Warning.Kind kind) {
    return all.stream().filter(w -> w.kind() == kind).mapToLong(Warning::count).sum();
  }

  /**
   * Returns all warnings, sorted by message and rank. The order of the warnings does not depend on
   * the threads that added them.
   */
  public synchronized List<Warning> list() {
    return all.stream()
        .sorted(Comparator.comparing(Warning::message).thenComparingInt(Warning::rank))
        .toList();
  }

  /**
   * Returns the texts of the warnings for the user, in alphabetical order. If more than two ranks
   * have the same problem, only the worst warning is returned, with the number of further ranks.
   */
  public synchronized List<String> sentences() {
    TreeMap<String, List<Warning>> topics = new TreeMap<>();
    for (Warning warning : all) {
      topics.computeIfAbsent(warning.topic(), topic -> new ArrayList<>()).add(warning);
    }
    List<String> sentences = new ArrayList<>();
    for (List<Warning> topic : topics.values()) {
      topic.sort(WORST_FIRST);
      long ranks = topic.stream().mapToInt(Warning::rank).distinct().count();
      if (ranks <= MAX_RANKS_PER_TOPIC) {
        topic.forEach(warning -> sentences.add(warning.message()));
      } else {
        Warning worst = topic.get(0);
        sentences.add(
            "%s The same applies to %d more ranks; rank %d is the worst."
                .formatted(worst.message(), ranks - 1, worst.rank()));
      }
    }
    sentences.sort(null);
    return List.copyOf(sentences);
  }
}
