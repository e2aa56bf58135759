package perseus.recording.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Collects warnings while ranks are read and attributed, possibly by several threads. */
public final class Warnings {
  /** So many ranks with findings of one topic are told of one by one. */
  private static final int FEW = 2;

  private static final Comparator<Warning> WORST_FIRST =
      Comparator.comparingDouble(Warning::severity)
          .reversed()
          .thenComparingInt(Warning::rank)
          .thenComparing(Warning::message);

  private final Set<Warning> all = new HashSet<>();

  /** Adds a warning; the same message counts once. */
  public synchronized void add(Warning warning) {
    all.add(warning);
  }

  /** Adds a finding about the whole job of which a figure is less certain than it looks. */
  public void doubtful(String message) {
    add(Warning.ofJob(Warning.Kind.DOUBTFUL, message));
  }

  /** Adds a finding about the whole job for which something was left out. */
  public void leftOut(String message) {
    add(Warning.ofJob(Warning.Kind.LEFT_OUT, message));
  }

  /** How many records, readings, iterations or windows the warnings of one kind concern. */
  public synchronized long count(Warning.Kind kind) {
    return all.stream().filter(w -> w.kind() == kind).mapToLong(Warning::count).sum();
  }

  /** All warnings, in an order that does not depend on which thread was first. */
  public synchronized List<Warning> list() {
    return all.stream()
        .sorted(Comparator.comparing(Warning::message).thenComparingInt(Warning::rank))
        .toList();
  }

  /**
   * What to tell a user: a sentence for each finding, and only one, the worst rank's, for what many
   * ranks have in common.
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
      if (ranks <= FEW) {
        topic.forEach(warning -> sentences.add(warning.message()));
      } else {
        String worst = topic.get(0).message().replaceAll("\\.$", "");
        sentences.add("%s; %d more ranks likewise, this one worst.".formatted(worst, ranks - 1));
      }
    }
    sentences.sort(null);
    return List.copyOf(sentences);
  }
}
