package perseus.attribution;

import java.util.ArrayList;
import java.util.List;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.pipeline.Instruction;

/**
 * Compares the energy of one computation with its true energy in a simulated run.
 *
 * @param rank global rank
 * @param energy attributed energy of a forward or a backward at one frequency
 * @param trueJoules true energy in joules
 * @param trueSeconds true duration in seconds
 */
record EnergyError(int rank, InstructionEnergy energy, double trueJoules, double trueSeconds) {
  /** Returns the errors of the forward and the backward of each rank at each frequency. */
  static List<EnergyError> of(SimulatedRun run, List<RankEnergy> ranks) {
    List<EnergyError> errors = new ArrayList<>();
    for (RankEnergy rank : ranks) {
      int stage = rank.place().ppRank();
      for (int f = 0; f < run.frequencies.length; f++) {
        for (boolean forward : new boolean[] {true, false}) {
          errors.add(
              new EnergyError(
                  rank.place().rank(),
                  rank.windows().get(f).of(forward ? Instruction.FORWARD : Instruction.BACKWARD),
                  run.joules(stage, forward, f),
                  run.seconds(stage, forward, f)));
        }
      }
    }
    return errors;
  }

  /** Returns the attributed minus the true energy, in joules. */
  double joules() {
    return energy.energyJoules() - trueJoules;
  }

  /** Returns the measured minus the true duration, in seconds. */
  double seconds() {
    return energy.durations().mean() - trueSeconds;
  }

  /** Returns the error of the energy, divided by its standard error. */
  double stderrs() {
    return joules() / energy.energyStderrJoules();
  }

  /** Returns the computation in words, for messages of tests. */
  String what() {
    return "rank %d %s".formatted(rank, energy.instruction());
  }
}
