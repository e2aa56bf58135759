package perseus.pipeline;

/**
 * A step of one of the stages of a rank.
 *
 * @param stage from 0
 * @param step what to do
 */
public record StageStep(int stage, Step step) {}
