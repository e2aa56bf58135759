package perseus.recording;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects warnings while ranks are read and attributed, possibly by several threads. */
public final class Warnings {
  private final Set<Warning> all = new HashSet<>();

  public void repaired(String message) {
    add(new Warning(Warning.Kind.REPAIRED, message));
  }

  public void leftOut(String message) {
    add(new Warning(Warning.Kind.LEFT_OUT, message));
  }

  public void doubtful(String message) {
    add(new Warning(Warning.Kind.DOUBTFUL, message));
  }

  /** Adds a warning; the same message counts once. */
  public synchronized void add(Warning warning) {
    all.add(warning);
  }

  /** Number of warnings of one kind: what was repaired, what was left out. */
  public synchronized long count(Warning.Kind kind) {
    return all.stream().filter(warning -> warning.kind() == kind).count();
  }

  /** All warnings, in an order that does not depend on which thread was first. */
  public synchronized List<Warning> list() {
    return all.stream().sorted(Comparator.comparing(Warning::message)).toList();
  }
}
