package perseus.profile;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import perseus.recording.AtomicFiles;
import perseus.recording.InputException;
import perseus.recording.Instruction;
import perseus.recording.JsonFiles;

/** {@code profile.csv} and {@code profile.json}. */
final class ProfileFiles {
  private static final Set<String> RANK_COLUMNS = Set.of("rank", "dp_rank", "pp_rank", "tp_rank");
  private static final List<String> OWN_COLUMNS =
      List.of("stage", "instruction", "frequency", "time", "energy");
  private static final List<String> QUALITY_COLUMNS =
      List.of("instances", "time_stderr", "energy_stderr", "r2");

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setIgnoreSurroundingSpaces(true)
          .setTrim(true)
          .setRecordSeparator("\n")
          .get();

  private ProfileFiles() {}

  /** One option of one rank, before ranks of a stage are joined. */
  private record Key(
      int stage, Instruction instruction, int frequencyMhz, Map<String, String> knobs) {}

  static StageProfile read(Path csv) {
    Map<Key, List<ProfileRow>> ranks = new LinkedHashMap<>();
    boolean perRank = false;
    if (Files.isDirectory(csv)) {
      throw new InputException(csv + " is a directory, not a profile such as profile.csv.");
    }
    try (Reader in = Files.newBufferedReader(csv);
        CSVParser parser = FORMAT.parse(in)) {
      List<String> header = parser.getHeaderNames();
      if (header.isEmpty()) {
        throw new InputException(csv + " is empty; it needs a header line and one row per option.");
      }
      perRank = header.stream().anyMatch(RANK_COLUMNS::contains);
      Columns columns = new Columns(csv, header);
      for (CSVRecord record : parser) {
        Key key = columns.key(record);
        ranks.computeIfAbsent(key, k -> new ArrayList<>()).add(columns.row(record, key));
      }
    } catch (NoSuchFileException e) {
      throw new InputException("The profile " + csv + " does not exist.", e);
    } catch (CSVException e) {
      throw new InputException(csv + " is not a CSV file: " + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw new InputException(csv + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    } catch (java.io.UncheckedIOException e) {
      throw new InputException(
          csv + " cannot be read: " + AtomicFiles.reason(e.getCause()) + ".", e);
    }
    if (ranks.isEmpty()) {
      throw new InputException(csv + " has no rows; nothing was profiled.");
    }
    ProfileNotes notes = readNotes(csv);
    if (!perRank) {
      return new StageProfile(ranks.values().stream().flatMap(List::stream).toList(), notes);
    }
    return joined(ranks, notes, csv);
  }

  /** Joins the ranks of each stage: the slowest's time, the sum of energies. */
  private static StageProfile joined(
      Map<Key, List<ProfileRow>> ranks, ProfileNotes notes, Path csv) {
    TreeMap<Integer, Integer> gpus = new TreeMap<>();
    List<ProfileRow> rows = new ArrayList<>();
    ranks.forEach(
        (key, rowsOfRanks) -> {
          Integer before = gpus.putIfAbsent(key.stage, rowsOfRanks.size());
          if (before != null && before != rowsOfRanks.size()) {
            throw new InputException(
                "%s has %d ranks for stage %d, %s at %d MHz, but %d for others of that stage; every rank needs every row."
                    .formatted(
                        csv,
                        rowsOfRanks.size(),
                        key.stage,
                        key.instruction,
                        key.frequencyMhz,
                        before));
          }
          rows.add(
              new ProfileRow(
                  key.stage,
                  key.instruction,
                  key.frequencyMhz,
                  rowsOfRanks.stream().mapToDouble(ProfileRow::timeSeconds).max().orElseThrow(),
                  rowsOfRanks.stream().mapToDouble(ProfileRow::energyJoules).sum(),
                  key.knobs,
                  ProfileRow.Quality.UNKNOWN));
        });
    List<Integer> gpusPerStage = new ArrayList<>(Collections.nCopies(gpus.lastKey() + 1, 1));
    gpus.forEach(gpusPerStage::set);
    return new StageProfile(rows, notes.withGpus(gpusPerStage));
  }

  private static ProfileNotes readNotes(Path csv) {
    Path json = notesBeside(csv);
    if (!Files.exists(json)) {
      return ProfileNotes.none(csv.toString());
    }
    ProfileNotes notes = JsonFiles.read(json, ProfileNotes.class, "a profile's notes");
    if (notes.schemaVersion() != ProfileNotes.SCHEMA_VERSION) {
      throw new InputException(
          json + " has a schema_version that this version of Perseus does not read (it reads 1).");
    }
    return notes;
  }

  private static Path notesBeside(Path csv) {
    String name = csv.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return csv.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".json");
  }

  static void write(StageProfile profile, Path csv) {
    Set<String> knobs = new LinkedHashSet<>();
    boolean quality = false;
    for (ProfileRow row : profile.rows()) {
      knobs.addAll(row.knobs().keySet());
      quality |= row.quality().instances() > 0;
    }
    List<String> header = new ArrayList<>(OWN_COLUMNS);
    header.addAll(knobs);
    if (quality) {
      header.addAll(QUALITY_COLUMNS);
    }
    boolean withQuality = quality;
    AtomicFiles.write(
        csv,
        out -> {
          try (CSVPrinter printer =
              CSVFormat.DEFAULT
                  .builder()
                  .setHeader(header.toArray(String[]::new))
                  .setRecordSeparator("\n")
                  .get()
                  .print(out)) {
            for (ProfileRow row : profile.rows()) {
              printer.printRecord(fields(row, knobs, withQuality));
            }
          }
        });
    JsonFiles.write(notesBeside(csv), profile.notes());
  }

  private static List<Object> fields(ProfileRow row, Set<String> knobs, boolean quality) {
    List<Object> fields =
        new ArrayList<>(
            List.of(
                row.stage(),
                row.instruction().name(),
                row.frequencyMhz(),
                row.timeSeconds(),
                row.energyJoules()));
    knobs.forEach(knob -> fields.add(row.knobs().getOrDefault(knob, "")));
    if (quality) {
      ProfileRow.Quality q = row.quality();
      fields.addAll(List.of(q.instances(), q.timeStderrSeconds(), q.energyStderrJoules(), q.r2()));
    }
    return fields;
  }

  /** Where each value stands in a record. */
  private static final class Columns {
    private final Path csv;
    private final String stageColumn;
    private final List<String> knobs;
    private final boolean quality;

    Columns(Path csv, List<String> header) {
      this.csv = csv;
      stageColumn = header.contains("stage") || !header.contains("pp_rank") ? "stage" : "pp_rank";
      for (String column : OWN_COLUMNS) {
        String needed = column.equals("stage") ? stageColumn : column;
        if (!header.contains(needed)) {
          throw new InputException(
              "%s has no column '%s' in its first line; a profile needs %s."
                  .formatted(csv, needed, String.join(",", OWN_COLUMNS)));
        }
      }
      knobs =
          header.stream()
              .filter(c -> !OWN_COLUMNS.contains(c) && !QUALITY_COLUMNS.contains(c))
              .filter(c -> !RANK_COLUMNS.contains(c))
              .toList();
      quality = header.containsAll(QUALITY_COLUMNS);
    }

    Key key(CSVRecord record) {
      Map<String, String> values = new LinkedHashMap<>();
      knobs.forEach(knob -> values.put(knob, text(record, knob)));
      String instruction = text(record, "instruction");
      if (instruction.isEmpty()) {
        throw at(record, "instruction", "is empty");
      }
      return new Key(
          whole(record, stageColumn),
          new Instruction(instruction),
          whole(record, "frequency"),
          values);
    }

    ProfileRow row(CSVRecord record, Key key) {
      double time = number(record, "time");
      double energy = number(record, "energy");
      if (!(time > 0) || Double.isInfinite(time)) {
        throw at(record, "time", "is " + text(record, "time") + ", but must be above 0 s");
      }
      if (!(energy >= 0) || Double.isInfinite(energy)) {
        throw at(record, "energy", "is " + text(record, "energy") + ", but must be at least 0 J");
      }
      ProfileRow.Quality q =
          quality
              ? new ProfileRow.Quality(
                  (long) number(record, "instances"),
                  number(record, "time_stderr"),
                  number(record, "energy_stderr"),
                  number(record, "r2"))
              : ProfileRow.Quality.UNKNOWN;
      return new ProfileRow(
          key.stage, key.instruction, key.frequencyMhz, time, energy, key.knobs, q);
    }

    private String text(CSVRecord record, String column) {
      if (!record.isSet(column)) {
        throw at(record, column, "is missing");
      }
      return record.get(column);
    }

    private double number(CSVRecord record, String column) {
      String text = text(record, column);
      try {
        return text.equalsIgnoreCase("nan") ? Double.NaN : Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw at(record, column, "is '" + text + "', not a number");
      }
    }

    private int whole(CSVRecord record, String column) {
      double value = number(record, column);
      if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE || value < 0) {
        throw at(record, column, "is '" + text(record, column) + "', not a whole number from 0 up");
      }
      return (int) value;
    }

    private InputException at(CSVRecord record, String column, String problem) {
      return new InputException(
          "%s line %d: column '%s' %s."
              .formatted(csv, record.getRecordNumber() + 1, column, problem));
    }
  }
}
