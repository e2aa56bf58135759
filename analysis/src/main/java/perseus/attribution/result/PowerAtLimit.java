package perseus.attribution.result;

import java.util.List;
import perseus.pipeline.Instruction;

/**
 * Describes how the power limit of a GPU lowers the power of instructions at one frequency. The
 * power limit may lower the power in only some time sections of an instruction.
 *
 * @param instructions instructions whose power the limit lowers in at least one time section
 * @param restedWatts highest power of a time section directly after a long wait, in watts
 * @param limitWatts power in watts after the GPU has run at its power limit for a long time
 */
public record PowerAtLimit(List<Instruction> instructions, double restedWatts, double limitWatts) {}
