package perseus.pipeline;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Identifies a kind of instruction that a stage executes, such as forward or backward. A stage
 * executes some kinds of instructions once per microbatch, and other kinds once per iteration. A
 * stage profile may contain instructions with any name. The constants of this class are the
 * instructions with a special meaning in this project.
 *
 * @param name name of the instruction in profiles and plans, such as {@code forward}
 */
public record Instruction(String name) implements Comparable<Instruction> {
  public static final Instruction FORWARD = new Instruction("forward");
  public static final Instruction BACKWARD = new Instruction("backward");
  public static final Instruction RECOMPUTATION = new Instruction("recomputation");

  /** A backward that recomputes the activations first, after the gradient has arrived. */
  public static final Instruction FORWARD_BACKWARD = new Instruction("forward_backward");

  /** The part of a backward that computes the gradients of the inputs. */
  public static final Instruction BACKWARD_INPUT = new Instruction("backward_input");

  /** The part of a backward that computes the gradients of the weights. */
  public static final Instruction WEIGHT_BACKWARD = new Instruction("weight_backward");

  public static final Instruction LOAD = new Instruction("load");
  public static final Instruction REDUCE_GRADS = new Instruction("reduce_grads");
  public static final Instruction OPTIMIZER_STEP = new Instruction("optimizer_step");

  /** A forward that evaluates the model outside of training iterations. */
  public static final Instruction EVALUATION = new Instruction("evaluation");

  /**
   * Maps names in an instruction log ({@code instructions-R.csv} of rank R) to instructions that
   * have other names in a profile.
   */
  private static final Map<String, Instruction> BY_LOG_NAME =
      Map.of("forward_microstep", FORWARD, "backward_microstep", BACKWARD, "batch_input", LOAD);

  private static final Map<Instruction, String> LOG_NAMES =
      BY_LOG_NAME.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  private static final Set<Instruction> NOT_COMPUTATIONS =
      Set.of(LOAD, REDUCE_GRADS, OPTIMIZER_STEP, EVALUATION);

  public Instruction {
    if (name.isBlank()) {
      throw new IllegalArgumentException("An instruction needs a name.");
    }
  }

  /** Returns the instruction that has the name {@code logName} in an instruction log. */
  public static Instruction ofLogName(String logName) {
    Instruction known = BY_LOG_NAME.get(logName);
    return known != null ? known : new Instruction(logName);
  }

  /** Returns the name of this instruction in an instruction log. */
  public String logName() {
    return LOG_NAMES.getOrDefault(this, name);
  }

  /**
   * Returns whether this instruction is a computation. A plan chooses a GPU frequency for every
   * computation. Instructions that are not computations (load, reduce_grads, optimizer_step,
   * evaluation) run at the frequency of the computation before them.
   */
  public boolean isComputation() {
    return !NOT_COMPUTATIONS.contains(this);
  }

  @Override
  public int compareTo(Instruction other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
