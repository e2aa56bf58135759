package perseus.attribution.result;

import java.util.List;
import perseus.pipeline.Instruction;

/**
 * States how the power limit of a GPU lowers the power of instructions at one frequency. Each
 * instruction is divided into parts of equal length, and each part has its own power. The limit
 * lowers the power of some parts.
 *
 * @param instructions kinds of instructions that have at least one part whose power the limit
 *     lowers
 * @param restedWatts power of a lowered part directly after a long wait of the GPU, in watts; the
 *     largest value over all lowered parts
 * @param limitWatts power of all lowered parts after the GPU has run at its limit for a long time,
 *     in watts
 */
public record PowerAtLimit(List<Instruction> instructions, double restedWatts, double limitWatts) {}
