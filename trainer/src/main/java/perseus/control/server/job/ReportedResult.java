package perseus.control.server.job;

import java.util.List;
import java.util.Map;
import perseus.control.PipeInstruction;
import perseus.control.RankResult;
import perseus.control.protocol.Bodies;
import perseus.control.protocol.Protocol;
import perseus.control.server.http.Fields;
import perseus.control.server.http.HttpError;

/** Reads and checks the measured times and energies that a rank reports. */
final class ReportedResult {
  /**
   * Maximum time in seconds, or energy in joules, that a rank may report. The reported values are
   * limited so that their sums are always finite numbers.
   */
  private static final double MAX_MEASURED = 1e15;

  private ReportedResult() {}

  /**
   * Reads the measured times and energies of a rank from the JSON body that the rank has sent.
   *
   * @throws HttpError with status 422 if a value is not a number from 0 to 1e15, or if a list has
   *     the wrong length
   */
  static RankResult of(Bodies.ResultBody body, Protocol protocol) {
    int rank = Fields.integer("rank", body.rank(), 0);
    double[] time = Fields.required("iter_time", body.iterTime());
    double[] energy = Fields.required("iter_energy", body.iterEnergy());
    requireMeasured("iter_time", time);
    requireMeasured("iter_energy", energy);
    if (time.length == 0) {
      throw HttpError.field("iter_time", "must have at least 1 iteration");
    }
    if (energy.length != time.length) {
      throw HttpError.field(
          "iter_energy",
          "has %d iterations, but iter_time has %d".formatted(energy.length, time.length));
    }
    requireBreakdown("time_breakdown", body.timeBreakdown(), time.length, protocol);
    requireBreakdown("energy_breakdown", body.energyBreakdown(), time.length, protocol);
    if (body.precision() != null) {
      requireMeasured("precision", new double[] {body.precision()});
    }
    return new RankResult(
        rank, time, energy, body.timeBreakdown(), body.energyBreakdown(), body.precision());
  }

  /**
   * Checks the times or energies that a rank reports for single instructions. Clients that use the
   * HTTP dialect of Zeus may give any names to their instructions.
   */
  private static void requireBreakdown(
      String field, Map<String, double[][]> breakdown, int iterations, Protocol protocol) {
    if (breakdown == null) {
      return;
    }
    breakdown.forEach(
        (instruction, rows) -> {
          Fields.text(List.of("body", field), instruction);
          List<Object> location = List.of("body", field, instruction);
          if (protocol == Protocol.RESEARCH && PipeInstruction.named(instruction).isEmpty()) {
            throw HttpError.unprocessable(location, "is not a pipe instruction");
          }
          if (rows == null || (rows.length != 0 && rows.length != iterations)) {
            throw wrongRows(location, iterations);
          }
          for (double[] row : rows) {
            if (row == null) {
              throw wrongRows(location, iterations);
            }
            requireMeasured(field, row);
          }
        });
  }

  private static HttpError wrongRows(List<Object> location, int iterations) {
    return HttpError.unprocessable(
        location, "must have a list for each of the " + iterations + " iterations");
  }

  private static void requireMeasured(String field, double[] values) {
    for (double value : values) {
      if (!(value >= 0 && value <= MAX_MEASURED)) {
        throw HttpError.field(field, "must be numbers from 0 to 1e15");
      }
    }
  }
}
