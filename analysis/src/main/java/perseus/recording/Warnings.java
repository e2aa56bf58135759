package perseus.recording;

import java.util.ArrayList;
import java.util.List;

/** Collects warnings while ranks are read and attributed, possibly by several threads. */
public final class Warnings {
  private final List<Warning> all = new ArrayList<>();

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
    if (!all.contains(warning)) {
      all.add(warning);
    }
  }

  public synchronized void addAll(Warnings others) {
    others.list().forEach(this::add);
  }

  public synchronized List<Warning> list() {
    return List.copyOf(all);
  }
}
