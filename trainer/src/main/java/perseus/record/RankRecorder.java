package perseus.record;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.gpu.sim.EnergyCounter;
import perseus.io.AtomicFiles;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;

/**
 * The two logs of one rank, written as the run goes and put together at its end: {@code
 * instructions-R.csv}, whose rows are grouped by instruction as Merak groups them, and {@code
 * time-energy-R.csv}.
 */
public final class RankRecorder implements InstructionSink, EnergyCounter.Rows {
  /** Ticks of the files' times in a second: they have seven decimals. */
  public static final long TICKS_PER_SECOND = 10_000_000L;

  private static final int TIME_DECIMALS = 7;

  private static final List<Instruction> GROUPS =
      List.of(
          Instruction.LOAD, Instruction.FORWARD, Instruction.RECOMPUTATION, Instruction.BACKWARD);

  /** Once per iteration, however many stages share a rank. */
  private static final List<Instruction> LAST_GROUPS =
      List.of(Instruction.REDUCE_GRADS, Instruction.OPTIMIZER_STEP);

  private final int rank;
  private final long zeroTicks;
  private final Map<Instruction, SpillFile> instructions = new LinkedHashMap<>();
  private final SpillFile energy;

  /**
   * @param scratch a directory for what does not fit into memory
   * @param zeroTicks what the engine's time 0 is in Unix time, in ticks
   * @param chunks how many stages the rank has
   */
  public RankRecorder(int rank, Path scratch, long zeroTicks, int chunks) {
    this.rank = rank;
    this.zeroTicks = zeroTicks;
    for (Instruction group : GROUPS) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        instructions.computeIfAbsent(
            new ChunkInstruction(group, chunk).logged(), logged -> text(logged, scratch));
      }
    }
    LAST_GROUPS.forEach(group -> instructions.put(group, text(group, scratch)));
    this.energy = new SpillFile(scratch.resolve("energy-" + rank));
  }

  private SpillFile text(Instruction group, Path scratch) {
    return new SpillFile(scratch.resolve(group.name() + "-" + rank));
  }

  @Override
  public void executed(Instruction instruction, double startSeconds, double endSeconds) {
    SpillFile group = instructions.get(instruction);
    group.text(instruction.logName());
    group.text(",");
    time(group, startSeconds);
    group.text(",");
    time(group, endSeconds);
    group.text("\n");
  }

  @Override
  public void row(double timeSeconds, long millijoules) {
    time(energy, timeSeconds);
    energy.text(",");
    energy.decimal(millijoules, 3);
    energy.text("\n");
  }

  private void time(SpillFile out, double seconds) {
    out.decimal(zeroTicks + Math.round(seconds * TICKS_PER_SECOND), TIME_DECIMALS);
  }

  /** Writes both logs into {@code directory} and adds their paths to {@code written}. */
  public void publish(Path directory, List<Path> written) {
    Path instructionLog = directory.resolve("instructions-" + rank + ".csv");
    publish(instructionLog, "instruction,start,end\n", List.copyOf(instructions.values()));
    written.add(instructionLog);
    Path energyLog = directory.resolve("time-energy-" + rank + ".csv");
    publish(energyLog, "time,energy\n", List.of(energy));
    written.add(energyLog);
  }

  private static void publish(Path file, String header, List<SpillFile> parts) {
    AtomicFiles.replace(
        file,
        temporary -> {
          try (OutputStream out = Files.newOutputStream(temporary)) {
            write(out, header, parts);
          }
        });
  }

  private static void write(OutputStream out, String header, List<SpillFile> parts)
      throws IOException {
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    for (SpillFile part : parts) {
      part.moveTo(out);
    }
  }
}
