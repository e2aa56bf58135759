package org.example.perseus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Warnings;
import perseus.recording.run.LogFormat;

/**
 * Reads one file {@code trace-R.txt} for each rank R. A line such as {@code run forward 12.5 12.7}
 * contains an instruction with its start and end in seconds. A line such as
 * {@code energy 12.6 5310.2} contains a time and a reading of the energy counter in joules.
 */
public final class TraceLogFormat implements LogFormat {
  private static final Pattern NAME = Pattern.compile("trace-(\\d{1,6})\\.txt");

  @Override
  public String name() {
    return "trace";
  }

  @Override
  public List<String> fileNames(int rank) {
    return List.of("trace-" + rank + ".txt");
  }

  @Override
  public boolean isLog(String fileName) {
    return NAME.matcher(fileName).matches();
  }

  @Override
  public SortedSet<Integer> ranks(Path directory) {
    SortedSet<Integer> ranks = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches()) {
          ranks.add(Integer.valueOf(name.group(1)));
        }
      }
    } catch (IOException e) {
      throw new UserError(directory + " cannot be read: " + e.getMessage() + ".", e);
    }
    return ranks;
  }

  @Override
  public InstructionLog readInstructions(Path directory, int rank, Warnings warnings) {
    List<Line> lines = lines(directory, rank, "run", 4);
    return InstructionLog.of(
        file(directory, rank),
        lines.stream().map(line -> Instruction.ofLogName(line.words()[1])).toList(),
        lines.stream().mapToDouble(line -> line.number(2)).toArray(),
        lines.stream().mapToDouble(line -> line.number(3)).toArray());
  }

  @Override
  public EnergyLog readEnergy(Path directory, int rank, Warnings warnings) {
    List<Line> lines = lines(directory, rank, "energy", 3);
    return EnergyLog.of(
        file(directory, rank),
        lines.stream().mapToDouble(line -> line.number(1)).toArray(),
        lines.stream().mapToDouble(line -> line.number(2)).toArray());
  }

  private Path file(Path directory, int rank) {
    return directory.resolve(fileNames(rank).get(0));
  }

  private record Line(Path file, int number, String[] words) {
    double number(int word) {
      try {
        return Double.parseDouble(words[word]);
      } catch (NumberFormatException e) {
        throw new UserError(
            "%s, line %d: '%s' is no number.".formatted(file, number, words[word]), e);
      }
    }
  }

  /** Returns the lines of a rank's file that start with the given word. */
  private List<Line> lines(Path directory, int rank, String sort, int words) {
    Path file = file(directory, rank);
    List<Line> lines = new ArrayList<>();
    try {
      int number = 0;
      for (String text : Files.readAllLines(file)) {
        Line line = new Line(file, ++number, text.strip().split("\\s+"));
        if (!line.words()[0].equals(sort)) {
          continue;
        }
        if (line.words().length != words) {
          throw new UserError(
              "%s, line %d: '%s' needs %d words.".formatted(file, number, sort, words));
        }
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UserError(file + " cannot be read: " + e.getMessage() + ".", e);
    }
    return lines;
  }
}
