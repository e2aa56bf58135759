package perseus.gpu;

/**
 * Holds the state of a GPU at one time.
 *
 * @param temperatureCelsius temperature of the GPU in degrees Celsius
 * @param smMhz SM clock in force, in MHz
 * @param eventReasons bit mask of the reasons why the SM clock is lower than the requested clock,
 *     as NVML defines it ({@code nvmlClocksEventReason...}); 0 if there is no reason
 */
public record GpuState(int temperatureCelsius, int smMhz, long eventReasons) {}
