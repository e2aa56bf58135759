package perseus.record;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.gpu.GpuState;
import perseus.gpu.PowerSample;
import perseus.gpu.SensorSink;
import perseus.io.AtomicFiles;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;

/**
 * Records the logs of one rank: {@code instructions-R.csv} and {@code time-energy-R.csv}, where R
 * is the number of the rank. The class {@code RankRecorder} also writes {@code power-samples-R.csv}
 * and {@code gpu-state-R.csv} if the GPU of rank R reports power samples and GPU states. The rows
 * of the instruction log are grouped by instruction, as in the logs of the training framework
 * Merak. During the run, the rows of each kind of instruction are in a separate temporary file
 * ({@link SpillFile}). At the end of the run, the temporary files are joined into one instruction
 * log.
 */
public final class RankRecorder implements InstructionSink, SensorSink {
  /**
   * Number of integer time units in one second: one unit is 0.1 microseconds. The times in the log
   * files have seven decimals, so an integer number of 0.1-microsecond units represents them
   * exactly.
   */
  public static final long TICKS_PER_SECOND = 10_000_000L;

  private static final int TIME_DECIMALS = 7;

  /**
   * Kinds of instructions at the beginning of the instruction log, in the order of their rows. All
   * data loads of the rank form one group of rows. Forwards, recomputations and backwards form
   * separate groups of rows for each stage of the rank.
   */
  private static final List<Instruction> STAGE_GROUPS =
      List.of(
          Instruction.LOAD,
          Instruction.FORWARD,
          Instruction.RECOMPUTATION,
          Instruction.BACKWARD,
          Instruction.FORWARD_BACKWARD);

  /**
   * Kinds of instructions that follow {@link #STAGE_GROUPS} in the instruction log, in the order of
   * their rows. Each iteration has one row for the gradient reduction of all stages, and one row
   * for the optimizer step.
   */
  private static final List<Instruction> RANK_GROUPS =
      List.of(Instruction.REDUCE_GRADS, Instruction.OPTIMIZER_STEP);

  private final int rank;
  private final Path scratch;
  private final long zeroTicks;
  private final Map<Instruction, SpillFile> instructions = new LinkedHashMap<>();
  private final SpillFile energy;
  private final SpillFile power;
  private final SpillFile state;

  /**
   * @param scratch directory for temporary files, into which the recorder writes rows of the logs
   *     when its buffers are full
   * @param zeroTicks Unix time at which the clock of the run is 0, in units of 0.1 microseconds
   * @param chunks number of pipeline stages that the rank holds
   */
  public RankRecorder(int rank, Path scratch, long zeroTicks, int chunks) {
    this.rank = rank;
    this.scratch = scratch;
    this.zeroTicks = zeroTicks;
    for (Instruction group : STAGE_GROUPS) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        instructions.computeIfAbsent(new ChunkInstruction(group, chunk).logged(), this::group);
      }
    }
    RANK_GROUPS.forEach(group -> instructions.put(group, group(group)));
    this.energy = new SpillFile(scratch.resolve("energy-" + rank));
    this.power = new SpillFile(scratch.resolve("power-" + rank));
    this.state = new SpillFile(scratch.resolve("state-" + rank));
  }

  private SpillFile group(Instruction group) {
    return new SpillFile(scratch.resolve(group.name() + "-" + rank));
  }

  @Override
  public void executed(Instruction instruction, double startSeconds, double endSeconds) {
    // Ranks of other training frameworks may report kinds of instructions that this project does
    // not know. The rows of unknown kinds of instructions come last in the log.
    SpillFile group = instructions.computeIfAbsent(instruction, this::group);
    group.text(instruction.logName());
    group.text(",");
    time(group, startSeconds);
    group.text(",");
    time(group, endSeconds);
    group.text("\n");
  }

  @Override
  public void energy(double timeSeconds, long millijoules) {
    time(energy, timeSeconds);
    energy.text(",");
    energy.decimal(millijoules, 3);
    energy.text("\n");
  }

  @Override
  public void power(PowerSample sample) {
    power.decimal(sample.epochMicros(), 6);
    power.text(",");
    power.decimal(Math.round(sample.watts() * 1e3), 3);
    power.text("\n");
  }

  @Override
  public void state(double timeSeconds, GpuState read) {
    time(state, timeSeconds);
    state.text("," + read.temperatureCelsius() + "," + read.smMhz());
    boolean known = read.eventReasons() != GpuState.UNKNOWN_REASONS;
    state.text("," + (known ? Long.toUnsignedString(read.eventReasons()) : "") + "\n");
  }

  private void time(SpillFile out, double seconds) {
    out.decimal(zeroTicks + Math.round(seconds * TICKS_PER_SECOND), TIME_DECIMALS);
  }

  /**
   * Writes the logs of the rank into a directory. The logs of power samples and of GPU states are
   * written only if they have rows.
   *
   * @return the paths of the logs that were written
   * @throws perseus.io.UserError if a log cannot be written
   */
  public List<Path> publish(Path directory) {
    List<Path> written = new ArrayList<>();
    written.add(publish(directory, LogFile.INSTRUCTIONS, List.copyOf(instructions.values())));
    written.add(publish(directory, LogFile.ENERGY, List.of(energy)));
    if (!power.isEmpty()) {
      written.add(publish(directory, LogFile.POWER_SAMPLES, List.of(power)));
    }
    if (!state.isEmpty()) {
      written.add(publish(directory, LogFile.GPU_STATE, List.of(state)));
    }
    return written;
  }

  private Path publish(Path directory, LogFile log, List<SpillFile> parts) {
    Path file = log.in(directory, rank);
    AtomicFiles.replace(
        file,
        temporary -> {
          try (OutputStream out = Files.newOutputStream(temporary)) {
            write(out, log.header(), parts);
          }
        });
    return file;
  }

  private static void write(OutputStream out, String header, List<SpillFile> parts)
      throws IOException {
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    for (SpillFile part : parts) {
      part.drainTo(out);
    }
  }
}
