package perseus.evaluation;

/** Lists where the times and energies of iterations can come from. */
public enum Origin {
  /** Iterations ran on real GPUs, and their time and energy were measured. */
  MEASURED("measured", "iterations ran on real GPUs, and their time and energy were measured"),

  /**
   * Times and energies of instructions were measured on real GPUs, and times and energies of
   * iterations are computed from them.
   */
  EMULATED(
      "emulated",
      "instructions were measured on real GPUs, and the time and energy of iterations are computed from them"),

  /**
   * Times and energies of iterations are computed from a profile that does not state whether its
   * GPUs were real or simulated.
   */
  UNKNOWN(
      "unknown",
      "iterations are computed from a profile that does not say whether its GPUs were real or simulated"),

  /** All times and energies come from simulated GPUs. */
  SIMULATED("simulated", "times and energies come from simulated GPUs, not from real ones"),

  /** The numbers follow from measurements that the authors of the Perseus paper published. */
  PAPER(
      "paper",
      "the figure follows from the measurements that the authors of the paper published; this run did not compute it");

  private final String title;
  private final String meaning;

  Origin(String title, String meaning) {
    this.title = title;
    this.meaning = meaning;
  }

  /** Returns the word by which tables name the source of the times and energies. */
  public String title() {
    return title;
  }

  /** Returns an explanation of the word that {@link #title} returns, as a part of a sentence. */
  public String meaning() {
    return meaning;
  }

  /**
   * Returns the origin of times and energies that are computed from a profile.
   *
   * @param simulated whether the profile comes from simulated GPUs; null if it is unknown
   */
  static Origin computed(Boolean simulated) {
    if (simulated == null) {
      return UNKNOWN;
    }
    return simulated ? SIMULATED : EMULATED;
  }
}
