package perseus.gpu;

/**
 * Holds one power sample of a GPU.
 *
 * @param epochMicros time of the sample, as Unix time in microseconds
 * @param watts power in watts
 */
public record PowerSample(long epochMicros, double watts) {}
