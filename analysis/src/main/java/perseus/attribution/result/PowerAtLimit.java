package perseus.attribution.result;

import java.util.List;
import perseus.pipeline.Instruction;

/**
 * Says how the power limit of a GPU lowers the power of instructions at one frequency.
 *
 * @param instructions kinds of instructions with a part whose power is lowered
 * @param restedWatts largest power of such a part after a long wait, in watts
 * @param limitWatts power of such a part after a long time at the limit, in watts
 */
public record PowerAtLimit(List<Instruction> instructions, double restedWatts, double limitWatts) {}
