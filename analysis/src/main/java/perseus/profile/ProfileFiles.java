package perseus.profile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
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
          .setAllowMissingColumnNames(true)
          .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_ALL)
          .setRecordSeparator("\n")
          .get();

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private ProfileFiles() {}

  /** What makes an option of a stage. */
  private record Key(
      int stage, Instruction instruction, int frequencyMhz, Map<String, String> knobs) {
    @Override
    public String toString() {
      return "stage %d, %s, %d MHz".formatted(stage, instruction, frequencyMhz)
          + (knobs.isEmpty() ? "" : ", " + knobs);
    }
  }

  /** A row and the line where it stands. */
  private record Line(long number, ProfileRow row) {}

  static StageProfile read(Path csv) {
    Map<Key, Map<List<String>, Line>> options = new LinkedHashMap<>();
    boolean perRank;
    try (Reader in = reader(csv);
        CSVParser parser = FORMAT.parse(in)) {
      List<String> header = parser.getHeaderNames();
      if (header.stream().allMatch(String::isBlank)) {
        throw new InputException(csv + " is empty; it needs a header line and one row per option.");
      }
      perRank = header.stream().anyMatch(RANK_COLUMNS::contains);
      Columns columns = new Columns(csv, header);
      for (CSVRecord record : parser) {
        // A record's number is not its line: the parser passes over empty lines.
        columns.line = parser.getCurrentLineNumber();
        if (record.stream().allMatch(String::isBlank)) {
          continue;
        }
        Key key = columns.key(record);
        Line line = new Line(columns.line, columns.row(record, key));
        Line other =
            options
                .computeIfAbsent(key, k -> new LinkedHashMap<>())
                .putIfAbsent(columns.rank(record), line);
        if (other != null) {
          throw new InputException(
              "%s line %d: it is the same option as line %d: %s%s."
                  .formatted(csv, line.number, other.number, key, perRank ? " of one rank" : ""));
        }
      }
    } catch (NoSuchFileException e) {
      throw new InputException("The profile " + csv + " does not exist.", e);
    } catch (CSVException e) {
      throw new InputException(csv + " is not a CSV file: " + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw new InputException(csv + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    } catch (UncheckedIOException e) {
      throw new InputException(
          csv + " cannot be read: " + AtomicFiles.reason(e.getCause()) + ".", e);
    }
    if (options.isEmpty()) {
      throw new InputException(csv + " has no rows; nothing was profiled.");
    }
    ProfileNotes notes = readNotes(csv);
    if (perRank) {
      return joined(options, notes, csv);
    }
    return new StageProfile(
        options.values().stream().flatMap(rows -> rows.values().stream()).map(Line::row).toList(),
        notes);
  }

  /** The file's text after its byte order mark, if it has one. */
  private static Reader reader(Path csv) throws IOException {
    BufferedReader in = Files.newBufferedReader(csv);
    try {
      in.mark(1);
      if (in.read() != '\uFEFF') {
        in.reset();
      }
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Joins the ranks of each stage: the slowest's time, the sum of energies. */
  private static StageProfile joined(
      Map<Key, Map<List<String>, Line>> options, ProfileNotes notes, Path csv) {
    TreeMap<Integer, Set<List<String>>> gpus = new TreeMap<>();
    options.forEach(
        (key, ranks) ->
            gpus.computeIfAbsent(key.stage, s -> new HashSet<>()).addAll(ranks.keySet()));
    List<ProfileRow> rows = new ArrayList<>();
    options.forEach(
        (key, ranks) -> {
          int needed = gpus.get(key.stage).size();
          if (ranks.size() != needed) {
            throw new InputException(
                "%s line %d: only %d of the %d ranks of stage %d have a row for %s; every rank needs every row."
                    .formatted(
                        csv,
                        ranks.values().iterator().next().number,
                        ranks.size(),
                        needed,
                        key.stage,
                        key));
          }
          List<ProfileRow> ofRanks = ranks.values().stream().map(Line::row).toList();
          rows.add(
              new ProfileRow(
                  key.stage,
                  key.instruction,
                  key.frequencyMhz,
                  ofRanks.stream().mapToDouble(ProfileRow::timeSeconds).max().orElseThrow(),
                  ofRanks.stream().mapToDouble(ProfileRow::energyJoules).sum(),
                  key.knobs,
                  ProfileRow.Quality.UNKNOWN));
        });
    List<Integer> gpusPerStage = new ArrayList<>(Collections.nCopies(gpus.lastKey() + 1, 1));
    gpus.forEach((stage, ranks) -> gpusPerStage.set(stage, ranks.size()));
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
    notes.requireSensible(json.toString());
    return notes;
  }

  private static Path notesBeside(Path csv) {
    String name = csv.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return csv.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".json");
  }

  static void write(StageProfile profile, Path csv) {
    if (notesBeside(csv).equals(csv)) {
      throw new InputException(csv + " is no name for a profile: its notes would take that place.");
    }
    Set<String> knobs = new LinkedHashSet<>();
    boolean quality = false;
    for (ProfileRow row : profile.rows()) {
      knobs.addAll(row.knobs().keySet());
      quality |= !row.quality().equals(ProfileRow.Quality.UNKNOWN);
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
    private final List<String> header;
    private final List<String> knobs;
    private final List<String> rankColumns;

    /** Line of the record that is read, from 1. */
    private long line;

    Columns(Path csv, List<String> header) {
      this.csv = csv;
      this.header = header;
      stageColumn = header.contains("stage") || !header.contains("pp_rank") ? "stage" : "pp_rank";
      for (String column : header) {
        if (!column.isBlank() && Collections.frequency(header, column) > 1) {
          throw new InputException(
              "%s has two columns '%s' in its first line.".formatted(csv, column));
        }
      }
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
              .filter(c -> !c.isBlank())
              .filter(c -> !OWN_COLUMNS.contains(c) && !QUALITY_COLUMNS.contains(c))
              .filter(c -> !RANK_COLUMNS.contains(c))
              .toList();
      rankColumns = header.stream().filter(RANK_COLUMNS::contains).toList();
    }

    /** Which rank a row is of; the same for all where the file does not say. */
    List<String> rank(CSVRecord record) {
      return rankColumns.stream().map(column -> text(record, column).trim()).toList();
    }

    Key key(CSVRecord record) {
      Map<String, String> values = new LinkedHashMap<>();
      knobs.forEach(knob -> values.put(knob, text(record, knob)));
      String instruction = text(record, "instruction").trim();
      if (instruction.isEmpty()) {
        throw at("instruction", "is empty");
      }
      return new Key(
          whole(record, stageColumn, 0, StageProfile.MOST_STAGES - 1),
          new Instruction(instruction),
          whole(record, "frequency", 1, StageProfile.HIGHEST_MHZ),
          values);
    }

    ProfileRow row(CSVRecord record, Key key) {
      double time = number(record, "time");
      double energy = number(record, "energy");
      if (!(time > 0) || Double.isInfinite(time)) {
        throw at("time", "is '" + text(record, "time") + "', but must be above 0 s");
      }
      if (!(energy >= 0) || Double.isInfinite(energy)) {
        throw at("energy", "is '" + text(record, "energy") + "', but must be at least 0 J");
      }
      ProfileRow.Quality q =
          new ProfileRow.Quality(
              (long) quality(record, "instances"),
              quality(record, "time_stderr"),
              quality(record, "energy_stderr"),
              quality(record, "r2"));
      return new ProfileRow(
          key.stage, key.instruction, key.frequencyMhz, time, energy, key.knobs, q);
    }

    private String text(CSVRecord record, String column) {
      if (!record.isSet(column)) {
        throw at(column, "is missing");
      }
      return record.get(column);
    }

    /** A number that a profile need not have. */
    private double quality(CSVRecord record, String column) {
      return !header.contains(column) || text(record, column).isBlank()
          ? Double.NaN
          : number(record, column);
    }

    private double number(CSVRecord record, String column) {
      String text = text(record, column).trim();
      if (text.equalsIgnoreCase("nan")) {
        return Double.NaN;
      }
      // Java would also take 1f, 1d and 0x1p3.
      if (!NUMBER.matcher(text).matches()) {
        throw at(column, "is '" + text + "', not a number");
      }
      return Double.parseDouble(text);
    }

    private int whole(CSVRecord record, String column, int least, int most) {
      double value = number(record, column);
      if (!(value == Math.rint(value) && value >= least && value <= most)) {
        throw at(
            column,
            "is '%s', not a whole number from %d to %d"
                .formatted(text(record, column), least, most));
      }
      return (int) value;
    }

    private InputException at(String column, String problem) {
      return new InputException(
          "%s line %d: column '%s' %s.".formatted(csv, line, column, problem));
    }
  }
}
