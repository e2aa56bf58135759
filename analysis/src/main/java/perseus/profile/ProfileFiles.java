package perseus.profile;

import java.nio.file.Files;
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
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import perseus.io.AtomicFiles;
import perseus.io.CsvTable;
import perseus.io.JsonFiles;
import perseus.io.OutputTarget;
import perseus.io.UserError;
import perseus.io.kind.PathKind;
import perseus.io.kind.WrongPath;

/**
 * Reads and writes a stage profile as the files {@code profile.csv} (rows) and {@code profile.json}
 * (notes).
 */
final class ProfileFiles {
  private ProfileFiles() {}

  /** Holds one profile row and its line number in {@code profile.csv}, counted from 1. */
  private record Line(long number, ProfileRow row) {}

  static StageProfile read(Path csv) {
    if (Files.isDirectory(csv)) {
      throw new UserError(
          WrongPath.sentence(csv, "a profile such as profile.csv", PathKind.PROFILE));
    }
    Map<ProfileColumns.Key, Map<List<String>, Line>> options = new LinkedHashMap<>();
    AtomicBoolean simulated = new AtomicBoolean();
    CsvTable.read(
        csv,
        (header, rows) -> {
          ProfileColumns columns = new ProfileColumns(csv, header);
          for (CsvTable.Row row : rows) {
            if (columns.isSimulated(row)) {
              simulated.set(true);
            }
            ProfileColumns.Key key = columns.key(row);
            Line line = new Line(row.line(), columns.profileRow(row, key));
            Line other =
                options
                    .computeIfAbsent(key, k -> new LinkedHashMap<>())
                    .putIfAbsent(columns.rank(row), line);
            if (other != null) {
              throw new UserError(
                  "%s, line %d: the row describes the same as line %d: %s%s. Delete one of the two rows."
                      .formatted(
                          csv,
                          line.number,
                          other.number,
                          key,
                          columns.isPerRank() ? " of one rank" : ""));
            }
          }
        });
    if (options.isEmpty()) {
      throw new UserError(csv + " has no rows.");
    }
    ProfileNotes notes = simulated.get() ? readNotes(csv).onSimulatedGpus() : readNotes(csv);
    // In a file with one row per stage, the list that identifies a rank is empty.
    Set<List<String>> ranks = options.values().iterator().next().keySet();
    StageProfile profile =
        !ranks.contains(List.<String>of())
            ? joined(options, notes, csv)
            : new StageProfile(
                options.values().stream()
                    .flatMap(rows -> rows.values().stream())
                    .map(Line::row)
                    .toList(),
                notes);
    notes.requireStages(notesBeside(csv).toString(), csv, profile.stages());
    return profile;
  }

  /** Returns whether a profile file has a column that identifies a rank. */
  static boolean isPerRank(Path csv) {
    AtomicBoolean perRank = new AtomicBoolean();
    CsvTable.read(
        csv,
        (header, rows) -> perRank.set(header.stream().anyMatch(ProfileColumns.RANK::contains)));
    return perRank.get();
  }

  /**
   * Joins the rows of all ranks of a stage to one row for each instruction, frequency and set of
   * knobs (other settings).
   *
   * @throws UserError if a rank of a stage lacks a row that another rank of the stage has
   */
  private static StageProfile joined(
      Map<ProfileColumns.Key, Map<List<String>, Line>> options, ProfileNotes notes, Path csv) {
    TreeMap<Integer, Set<List<String>>> gpus = new TreeMap<>();
    options.forEach(
        (key, ranks) ->
            gpus.computeIfAbsent(key.stage(), s -> new HashSet<>()).addAll(ranks.keySet()));
    List<ProfileRow> rows = new ArrayList<>();
    options.forEach(
        (key, ranks) -> {
          int needed = gpus.get(key.stage()).size();
          if (ranks.size() != needed) {
            throw new UserError(
                "%s, line %d: only %d of the %d ranks of stage %d have a row for %s; every rank of a stage needs the same rows."
                    .formatted(
                        csv,
                        ranks.values().iterator().next().number,
                        ranks.size(),
                        needed,
                        key.stage(),
                        key));
          }
          List<ProfileRow> rankRows = ranks.values().stream().map(Line::row).toList();
          // DoubleStream.sum() compensates rounding errors, so that the sum of 0.1,
          // 0.2 and 0.3 is exactly 0.6.
          double joules = rankRows.stream().mapToDouble(ProfileRow::energyJoules).sum();
          rows.add(ProfileRow.ofRanks(rankRows).withEnergyOfUnknownQuality(joules));
        });
    List<Integer> gpusPerStage = new ArrayList<>(Collections.nCopies(gpus.lastKey() + 1, 1));
    gpus.forEach((stage, ranks) -> gpusPerStage.set(stage, ranks.size()));
    return new StageProfile(rows, notes.withGpus(gpusPerStage));
  }

  static ProfileNotes readNotes(Path csv) {
    Path json = notesBeside(csv);
    if (!Files.exists(json)) {
      return ProfileNotes.none(csv.toString());
    }
    ProfileNotes notes = JsonFiles.read(json, ProfileNotes.class, "a profile's notes");
    if (notes.schemaVersion() < 1 || notes.schemaVersion() > ProfileNotes.SCHEMA_VERSION) {
      throw new UserError(
          "%s has a schema_version that this version of Perseus does not read; it reads versions 1 to %d."
              .formatted(json, ProfileNotes.SCHEMA_VERSION));
    }
    notes.requireSensible(json.toString());
    return notes;
  }

  /**
   * Returns the path of the JSON file with the notes. The notes of {@code a.csv}, for example, are
   * in {@code a.json}.
   */
  static Path notesBeside(Path csv) {
    String name = csv.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return csv.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".json");
  }

  static void write(StageProfile profile, Path csv) {
    if (notesBeside(csv).equals(csv)) {
      throw new UserError(
          csv
              + " cannot be the name of a profile, because its notes are written to the same file.");
    }
    Set<String> knobs = new LinkedHashSet<>();
    boolean quality = false;
    boolean clock = false;
    for (ProfileRow row : profile.rows()) {
      knobs.addAll(row.knobs().keySet());
      quality |= !row.quality().equals(ProfileRow.Quality.UNKNOWN);
      clock |= row.quality().isClockKnown();
    }
    List<String> header = new ArrayList<>(ProfileColumns.REQUIRED);
    header.addAll(knobs);
    if (quality) {
      header.addAll(ProfileColumns.QUALITY);
    }
    if (clock) {
      header.addAll(ProfileColumns.CLOCK);
    }
    boolean simulated = Boolean.TRUE.equals(profile.notes().simulated());
    if (simulated) {
      header.add(ProfileColumns.SIMULATED);
    }
    boolean withQuality = quality;
    boolean withClock = clock;
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
              List<Object> fields = fields(row, knobs, withQuality, withClock);
              if (simulated) {
                fields.add(true);
              }
              printer.printRecord(fields);
            }
          }
        });
    if (!OutputTarget.isDevice(csv)) {
      JsonFiles.write(notesBeside(csv), profile.notes());
    }
  }

  private static List<Object> fields(
      ProfileRow row, Set<String> knobs, boolean quality, boolean clock) {
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
    if (clock) {
      fields.addAll(List.of(row.quality().smMhz(), row.quality().held()));
    }
    return fields;
  }
}
