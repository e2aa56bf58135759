package perseus.planner.switching;

import java.util.SplittableRandom;

/** Simulated annealing over runs of clocks. */
final class ClockAnnealing {
  private final ClockTables tables;
  private final SplittableRandom random;
  private final int[] cumulative;
  private ClockTiming timing;
  private int[] lane;
  private int from;
  private int to;

  ClockAnnealing(ClockTables tables, long seed) {
    this.tables = tables;
    this.random = new SplittableRandom(seed);
    cumulative = new int[tables.lanes.length];
    int sum = 0;
    for (int l = 0; l < cumulative.length; l++) {
      sum += tables.lanes[l].length;
      cumulative[l] = sum;
    }
  }

  int[] best;
  double bestJoules;

  void anneal(
      int[] start, double deadline, double watts, double hot, double cold, int steps) {
    timing = new ClockTiming(tables, start);
    best = null;
    bestJoules = Double.POSITIVE_INFINITY;
    keep(deadline);
    double factor = Math.pow(cold / hot, 1.0 / Math.max(1, steps / 64));
    double temperature = hot;
    double w1 = Double.parseDouble(System.getProperty("w1", "1"));
    double w2 = Double.parseDouble(System.getProperty("w2", "1"));
    double base = watts;
    watts = base * w1;
    double late = Math.max(0, timing.seconds() - deadline);
    for (int step = 0; step < steps; step++) {
      if ((step & 63) == 63) {
        temperature *= factor;
        watts = base * w1 * Math.pow(w2 / w1, (double) step / steps);
      }
      double allowed = -temperature * Math.log(1 - random.nextDouble());
      int kind = move();
      if (kind == 0) {
        timing.reject();
        continue;
      }
      double gain = timing.joules() + watts * late + allowed - timing.trialJoules();
      if (gain < 0) {
        timing.reject();
        continue;
      }
      double limit = deadline + gain / watts;
      if (kind == 1 && timing.exceeds(lane, from, to, limit) || !timing.trial(limit)) {
        timing.reject();
        continue;
      }
      timing.accept();
      late = Math.max(0, timing.seconds() - deadline);
      keep(deadline);
    }
  }

  private void keep(double deadline) {
    if (timing.seconds() <= deadline && timing.joules() < bestJoules - 1e-9) {
      bestJoules = timing.joules();
      if (best == null) {
        best = new int[tables.operations];
      }
      timing.copyTo(best);
    }
  }

  private int move() {
    timing.begin();
    int at = random.nextInt(cumulative[cumulative.length - 1]);
    int l = 0;
    while (cumulative[l] <= at) {
      l++;
    }
    lane = tables.lanes[l];
    int i = at - (cumulative[l] - lane.length);
    int u = random.nextInt(100);
    int kind = u < 35 ? 0 : u < 65 ? 1 : u < 85 ? 2 : 3;
    boolean left = random.nextBoolean();
    int step = step();
    int d = kind == 1 ? 1 + random.nextInt(1 << random.nextInt(5)) : 1 + random.nextInt(1 << random.nextInt(4));
    int fixed = kind == 2 && random.nextInt(4) == 0 ? random.nextInt(tables.settings) : -1;
    int setting = timing.setting(lane[i]);
    int group = random.nextInt(100);
    if (group < GROUP && kind != 3 && tables.lanes.length > 1) {
      int first = random.nextInt(l + 1);
      int end = l + 1 + random.nextInt(tables.lanes.length - l);
      if (kind == 0 || kind==2) { step = step > 0 ? 1 : -1; if (random.nextInt(3)==0) step *= 2; }
      boolean any = false;
      for (int o = first; o < end; o++) {
        int[] other = tables.lanes[o];
        int io = (int) ((long) i * other.length / lane.length);
        any |= apply(kind, other, io, left, step, Math.min(d,2), fixed);
      }
      return any ? 2 : 0;
    }
    if (!apply(kind, lane, i, left, step, d, fixed)) {
      return 0;
    }
    if (group >= 75 && tables.lanes.length > 1) {
      int f = from;
      int t = to;
      int direction = timing.setting(lane[from]) > setting ? -1 : 1;
      int other =
          l == 0 ? 1 : l == tables.lanes.length - 1 ? l - 1 : random.nextBoolean() ? l - 1 : l + 1;
      int[] lane2 = tables.lanes[other];
      int i2 = (int) ((long) i * lane2.length / lane.length);
      if (apply(0, lane2, i2, left, direction, 1, -1)) {
        return 2;
      }
      from = f;
      to = t;
    }
    return 1;
  }
  static int GROUP = Integer.getInteger("group", 15);

  private boolean apply(int kind, int[] lane, int i, boolean left, int step, int d, int fixed) {
    int setting = timing.setting(lane[i]);
    switch (kind) {
      case 0 -> {
        run(lane, i);
        return propose(lane, clamp(setting + step));
      }
      case 1 -> {
        run(lane, i);
        if (left ? from == 0 : to == lane.length) {
          return false;
        }
        int s = timing.setting(left ? lane[from - 1] : lane[to]);
        if (left) {
          to = Math.min(to, from + d);
        } else {
          from = Math.max(from, to - d);
        }
        return propose(lane, s);
      }
      case 2 -> {
        from = i;
        to = Math.min(lane.length, i + d);
        return propose(lane, fixed >= 0 ? fixed : clamp(setting + step));
      }
      default -> {
        run(lane, i);
        if (left ? from == 0 : to == lane.length) {
          return false;
        }
        return propose(lane, timing.setting(left ? lane[from - 1] : lane[to]));
      }
    }
  }

  private boolean propose(int[] lane, int s) {
    return timing.propose(lane, from, to, s);
  }

  private int clamp(int s) {
    return Math.max(0, Math.min(tables.settings - 1, s));
  }

  private int step() {
    int size = 1;
    while (size < 8 && random.nextInt(2) == 0) {
      size++;
    }
    return random.nextBoolean() ? size : -size;
  }

  private void run(int[] lane, int i) {
    int s = timing.setting(lane[i]);
    from = i;
    to = i + 1;
    while (from > 0 && timing.setting(lane[from - 1]) == s) {
      from--;
    }
    while (to < lane.length && timing.setting(lane[to]) == s) {
      to++;
    }
  }
}
