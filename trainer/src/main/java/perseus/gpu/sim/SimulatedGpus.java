package perseus.gpu.sim;

import java.util.List;
import perseus.io.Named;

/**
 * Lists all GPU models that can be simulated, and finds a model by its name. To add a GPU model, a
 * developer adds one entry to the list in this class.
 *
 * <p>All simulated GPU models have sensors like those of a measured H200. Power samples come every
 * 20 ms, after a low-pass filter with a time constant of 12.5 ms. The energy counter changes once
 * per five power samples, 12 ms after the fifth sample. A recording of an H200 shows 36 degrees
 * Celsius at 125 W and 50 degrees Celsius at 580 W, with a time constant of 10 s. The thermal
 * models of all GPUs except the H200 are assumptions for boards with good cooling (SXM) or less
 * cooling (PCIe). The power of each simulated GPU rises by 1 % per 10 K of temperature. All powers
 * in this comment apply at the temperature that a GPU has during training.
 *
 * <p>The peak speeds and bandwidths of the GPU models are from the data sheets of the vendor. The
 * document {@code docs/gpus.md} lists the sources of the supported clocks under "Known GPUs". For
 * each GPU model except the H100, the power of a computing GPU and the power of a waiting GPU agree
 * with published or recorded measurements.
 *
 * <ul>
 *   <li>The simulated A100 PCIe agrees with the plans of GPT-3 XL that were published with the
 *       Perseus paper. On the A100 PCIe, the power limit makes the time of a forward the same at
 *       all clocks from about 1200 MHz to 1410 MHz. A forward draws a mean power of 279 W at 1140
 *       MHz, 262 W at 1095 MHz and 248 W at 1050 MHz.
 *   <li>The simulated A100 SXM agrees with the stage profile of GPT-3 175B that was published with
 *       the Perseus paper. While it computes, the A100 SXM draws 475 W at 1410 MHz, 273 W at 1035
 *       MHz and 237 W at 885 MHz.
 *   <li>The simulated A40 agrees with measurements that were published with the Perseus paper. On
 *       the A40, an instruction uses the least energy at clocks from 945 to 1140 MHz. While it
 *       computes, the A40 draws 177 W at 855 MHz.
 *   <li>The simulated H200 agrees with the recording of a pipeline of four stages. The H200 draws
 *       140 to 170 W while it waits, and about 700 W at its highest clock. The simulation assumes
 *       that the voltage of the H200 depends on the clock in the same way as the voltage of the
 *       A100.
 *   <li>The simulated H100 is an estimate, because no recording of an H100 was available. The
 *       simulated H100 has the bandwidths of the H100 SXM. The simulated H100 has the power,
 *       temperature and sensors of the simulated H200, because both GPUs have the same chip, clocks
 *       and power limit.
 * </ul>
 */
public final class SimulatedGpus {
  private static final double CLOCK_CHANGE_SECONDS = 0.010;

  private static final double POWER_PER_KELVIN = 0.001;

  private static final GpuModel A100_PCIE =
      new GpuModel(
          "sim:a100-pcie",
          "NVIDIA A100-PCIE",
          1410,
          210,
          15,
          156e12,
          0.71,
          1.935e12,
          0.73,
          CLOCK_CHANGE_SECONDS,
          new PowerModel(50, 0.209, 100, 0.2, 1065, 0.00057, 300, 83.64),
          new ThermalModel(30, 0.09, 20, 53, POWER_PER_KELVIN),
          new Interconnect(25e9, 20e-6, 12e9, 40e-6, 6e9, 0.0107),
          sensors(2));

  private static final GpuModel A100_SXM =
      new GpuModel(
          "sim:a100-sxm",
          "NVIDIA A100-SXM4-80GB",
          1410,
          210,
          15,
          156e12,
          0.73,
          2.039e12,
          0.73,
          CLOCK_CHANGE_SECONDS,
          new PowerModel(52, 0.236, 45, 0.2, 1065, 0.00067, 500, 84),
          new ThermalModel(30, 0.05, 15, 50, POWER_PER_KELVIN),
          new Interconnect(230e9, 20e-6, 20e9, 60e-6, 12e9, 0.0100),
          sensors(3));

  private static final GpuModel A40 =
      new GpuModel(
          "sim:a40",
          "NVIDIA A40",
          1740,
          210,
          15,
          74.8e12,
          0.73,
          0.696e12,
          0.73,
          CLOCK_CHANGE_SECONDS,
          new PowerModel(64, 0.158, 45, 0.2, 1050, 0.00058, 300, 70.38),
          new ThermalModel(30, 0.09, 20, 53, POWER_PER_KELVIN),
          new Interconnect(25e9, 20e-6, 12e9, 40e-6, 6e9, 0.0107),
          sensors(2));

  private static final GpuModel H200 =
      new GpuModel(
          "sim:h200",
          "NVIDIA H200",
          1980,
          345,
          15,
          494.7e12,
          0.62,
          4.8e12,
          0.73,
          CLOCK_CHANGE_SECONDS,
          new PowerModel(95, 0.225, 100, 0.2, 1200, 0.00040, 700, 150),
          new ThermalModel(32, 0.031, 10, 50, POWER_PER_KELVIN),
          new Interconnect(380e9, 15e-6, 45e9, 40e-6, 25e9, 0.0060),
          sensors(4));

  private static final GpuModel H100 =
      new GpuModel(
          "sim:h100",
          "NVIDIA H100 80GB HBM3 (power is an estimate)",
          1980,
          345,
          15,
          494.7e12,
          0.62,
          3.35e12,
          0.73,
          CLOCK_CHANGE_SECONDS,
          H200.power(),
          H200.thermal(),
          H200.interconnect(),
          H200.sensors());

  private static final List<GpuModel> ALL = List.of(A100_PCIE, A100_SXM, A40, H100, H200);

  private static SensorModel sensors(double noiseWatts) {
    return new SensorModel(0.020, 0.002, 0.0125, noiseWatts, 5, 0.012, 0.0045);
  }

  private SimulatedGpus() {}

  /** Returns the names of all GPU models that can be simulated. */
  public static List<String> names() {
    return ALL.stream().map(GpuModel::name).toList();
  }

  /**
   * Finds a GPU model by its name, and changes the properties that follow the name.
   *
   * @param spec name of the GPU model, such as {@code sim:a100-pcie}, or name with properties as in
   *     {@link GpuSpec}, such as {@code sim:a100-pcie,cap=250}
   * @throws perseus.io.UserError if the name or a property is unknown, or if a value is impossible
   */
  public static GpuModel named(String spec) {
    String[] parts = spec.strip().split(",", 2);
    GpuModel model = Named.findIgnoringCase("simulated GPU", parts[0].strip(), ALL, GpuModel::name);
    return parts.length == 1 ? model : GpuSpec.apply(model, parts[1]);
  }
}
