package perseus.recording.csv;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import perseus.io.AtomicFiles;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.GpuStates;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.PowerSamples;
import perseus.recording.log.Warnings;
import perseus.recording.run.LogFormat;

/**
 * Implements {@link LogFormat} for the CSV files of this project and of the research release of
 * Perseus. The log files of rank R are {@code instructions-R.csv}, {@code time-energy-R.csv},
 * {@code power-samples-R.csv} and {@code gpu-state-R.csv}. Each rank must have an instruction log,
 * and an energy log or power samples.
 */
public final class CsvLogFormat implements LogFormat {
  private static final Pattern INSTRUCTIONS = Pattern.compile("instructions-(\\d{1,6})\\.csv");
  private static final Pattern ENERGY = Pattern.compile("time-energy-(\\d{1,6})\\.csv");
  private static final Pattern SAMPLES = Pattern.compile("power-samples-(\\d{1,6})\\.csv");
  private static final Pattern STATES = Pattern.compile("gpu-state-(\\d{1,6})\\.csv");

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public List<String> fileNames(int rank) {
    return List.of(instructions(rank), energy(rank));
  }

  private static String instructions(int rank) {
    return "instructions-" + rank + ".csv";
  }

  private static String energy(int rank) {
    return "time-energy-" + rank + ".csv";
  }

  private static String samples(int rank) {
    return "power-samples-" + rank + ".csv";
  }

  @Override
  public boolean isLog(String fileName) {
    return Stream.of(INSTRUCTIONS, ENERGY, SAMPLES, STATES)
        .anyMatch(pattern -> pattern.matcher(fileName).matches());
  }

  @Override
  public SortedSet<Integer> ranks(Path directory) {
    TreeSet<Integer> ranks = new TreeSet<>();
    TreeSet<Integer> ranksWithEnergy = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        addRank(INSTRUCTIONS, file, ranks);
        addRank(ENERGY, file, ranksWithEnergy);
        addRank(SAMPLES, file, ranksWithEnergy);
      }
    } catch (IOException e) {
      throw AtomicFiles.unreadable(directory, e);
    }
    for (int rank : ranks) {
      if (!ranksWithEnergy.contains(rank)) {
        throw missing(directory, energy(rank), instructions(rank));
      }
    }
    for (int rank : ranksWithEnergy) {
      if (!ranks.contains(rank)) {
        boolean counter = Files.exists(directory.resolve(energy(rank)));
        throw missing(directory, instructions(rank), counter ? energy(rank) : samples(rank));
      }
    }
    if (ranks.isEmpty()) {
      throw new UserError(
          "%s holds no recording: there are no files such as %s."
              .formatted(directory, Named.list(fileNames(0))));
    }
    return ranks;
  }

  private static void addRank(Pattern pattern, Path file, TreeSet<Integer> ranks) {
    Matcher name = pattern.matcher(file.getFileName().toString());
    if (name.matches()) {
      ranks.add(Integer.parseInt(name.group(1)));
    }
  }

  private static UserError missing(Path directory, String absent, String present) {
    return new UserError(
        "%s lacks %s; it has %s, and every rank needs its instructions and its energy."
            .formatted(directory, absent, present));
  }

  @Override
  public InstructionLog readInstructions(Path directory, int rank, Warnings warnings) {
    return InstructionLogReader.read(directory.resolve(instructions(rank)), rank, warnings);
  }

  @Override
  public EnergyLog readEnergy(Path directory, int rank, Warnings warnings) {
    Path counter = directory.resolve(energy(rank));
    return Files.exists(counter)
        ? EnergyLogReader.read(counter, rank, warnings)
        : EnergyLog.integrated(readSamples(directory, rank, new Warnings()), counter);
  }

  @Override
  public PowerSamples readSamples(Path directory, int rank, Warnings warnings) {
    Path file = directory.resolve(samples(rank));
    return Files.exists(file) ? PowerSamplesReader.read(file, rank, warnings) : PowerSamples.NONE;
  }

  @Override
  public GpuStates readStates(Path directory, int rank, Warnings warnings) {
    Path file = directory.resolve("gpu-state-" + rank + ".csv");
    return Files.exists(file) ? GpuStatesReader.read(file, rank, warnings) : GpuStates.NONE;
  }
}
