package perseus.planner;

import java.util.SplittableRandom;

/**
 * Simulated annealing on a plan that is in time (Kirkpatrick, Gelatt and Vecchi, Science 220,
 * 1983). A move changes one operation by a step or two; if that makes the iteration too long,
 * operations near it on a longest path are sped up until it is not; then their neighbours take what
 * slack came free. Moves that cost energy are accepted with falling probability. The seed is fixed:
 * equal inputs give equal plans.
 */
final class Annealing {
  private static final long SEED = 20241104;

  /** Moves per operation, and the joules that a move may cost at the start and at the end. */
  private static final int MOVES_PER_OPERATION = 500;

  private static final int MOST_MOVES = 60_000;

  private static final double FIRST_TEMPERATURE = 0.1;
  private static final double LAST_TEMPERATURE = 0.005;

  private static final int LONGEST_WALK = 14;
  private static final int MOST_REPAIRS = 6;

  private final Timing timing;
  private final Timing.Network network;
  private final SplittableRandom random = new SplittableRandom(SEED);

  private final int[] changed = new int[64];
  private final int[] before = new int[64];
  private int changes;
  private double energyChange;

  Annealing(Timing timing) {
    this.timing = timing;
    this.network = timing.network();
  }

  /** Leaves the best plan found in the timing. */
  void run() {
    int moves = Math.min(MOST_MOVES, MOVES_PER_OPERATION * network.operations);
    // Temperatures are relative to what a step of an operation typically costs.
    double scale = typicalStep();
    int[] best = timing.choices().clone();
    double energy = 0;
    double least = 0;
    for (int move = 0; move < moves; move++) {
      double share = move / (double) moves;
      double temperature =
          scale * FIRST_TEMPERATURE * Math.pow(LAST_TEMPERATURE / FIRST_TEMPERATURE, share);
      if (tryMove(temperature)
          && (energyChange <= 0 || random.nextDouble() < Math.exp(-energyChange / temperature))) {
        energy += energyChange;
        if (energy < least - 1e-9) {
          least = energy;
          System.arraycopy(timing.choices(), 0, best, 0, best.length);
        }
      } else {
        undo();
      }
    }
    for (int j = 0; j < best.length; j++) {
      if (timing.choice(j) != best[j]) {
        timing.set(j, best[j]);
      }
    }
  }

  private double typicalStep() {
    double sum = 0;
    int count = 0;
    for (double[] energies : network.energies) {
      sum += energies[0] - energies[energies.length - 1];
      count += energies.length - 1;
    }
    return count == 0 ? 1 : sum / count;
  }

  private boolean tryMove(double temperature) {
    changes = 0;
    energyChange = 0;
    int j = random.nextInt(network.operations);
    int direction = random.nextInt(4);
    int choice = timing.choice(j) + (direction < 2 ? 1 : direction == 2 ? 2 : -1);
    if (choice < 0 || choice >= network.ticks[j].length) {
      return false;
    }
    change(j, choice);
    for (int repairs = 0; network.ticks[j][choice] > timing.available(j); repairs++) {
      int faster = repairs == MOST_REPAIRS ? -1 : cheapestNearby(j);
      if (faster < 0) {
        return false;
      }
      change(faster, timing.choice(faster) - 1);
      if (energyChange > 8 * temperature) {
        return false;
      }
    }
    fillAround();
    return true;
  }

  /**
   * An operation to speed up, from two random walks along longest paths through {@code j}; -1 for
   * none.
   */
  private int cheapestNearby(int j) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    long over = network.ticks[j][timing.choice(j)] - timing.available(j);
    for (int side = 0; side < 2; side++) {
      int at = j;
      for (int steps = 1 + random.nextInt(LONGEST_WALK); steps > 0; steps--) {
        at = side == 0 ? tightPredecessor(at) : tightSuccessor(at);
        if (at < 0) {
          break;
        }
        int choice = timing.choice(at);
        if (choice > 0) {
          double cost =
              (network.energies[at][choice - 1] - network.energies[at][choice])
                  * (0.5 + random.nextDouble());
          if (network.ticks[at][choice] - network.ticks[at][choice - 1] < over) {
            cost *= 2;
          }
          if (cost < least) {
            least = cost;
            best = at;
          }
        }
      }
    }
    return best;
  }

  private int tightPredecessor(int j) {
    int found = -1;
    int count = 0;
    int[] predecessors = network.predecessors[j];
    for (int i = 0; i < predecessors.length; i++) {
      int p = predecessors[i];
      long end = timing.start(p) + network.ticks[p][timing.choice(p)];
      if (end + network.lagFromPredecessor[j][i] == timing.start(j)
          && random.nextInt(++count) == 0) {
        found = p;
      }
    }
    return found;
  }

  private int tightSuccessor(int j) {
    int found = -1;
    int count = 0;
    int[] successors = network.successors[j];
    for (int i = 0; i < successors.length; i++) {
      int s = successors[i];
      long start = timing.latestEnd(s) - network.ticks[s][timing.choice(s)];
      if (start - network.lagToSuccessor[j][i] == timing.latestEnd(j)
          && random.nextInt(++count) == 0) {
        found = s;
      }
    }
    return found;
  }

  private void fillAround() {
    for (int i = 0, moved = changes; i < moved; i++) {
      for (int p : network.predecessors[changed[i]]) {
        fill(p);
      }
      for (int s : network.successors[changed[i]]) {
        fill(s);
      }
    }
  }

  private void fill(int j) {
    int slowest = network.slowestWithin(j, timing.available(j));
    if (slowest > timing.choice(j) && changes < changed.length) {
      change(j, slowest);
    }
  }

  private void change(int j, int choice) {
    changed[changes] = j;
    before[changes++] = timing.choice(j);
    energyChange += network.energies[j][choice] - network.energies[j][timing.choice(j)];
    timing.set(j, choice);
  }

  private void undo() {
    while (changes > 0) {
      changes--;
      timing.set(changed[changes], before[changes]);
    }
  }
}
