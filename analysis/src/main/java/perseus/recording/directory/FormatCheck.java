package perseus.recording.directory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.extension.ExtensionError;
import perseus.io.Named;
import perseus.io.ShellWord;
import perseus.io.UserError;
import perseus.recording.LogFormats;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Warnings;
import perseus.recording.run.LogFormat;

/** Describes a recording in the log format of an extension. */
final class FormatCheck {
  private FormatCheck() {}

  static DirectoryReport of(Path directory) {
    LogFormat format = LogFormats.of(directory);
    List<String> facts = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Warnings warnings = new Warnings();
    try {
      for (int rank : format.ranks(directory)) {
        InstructionLog log = format.readInstructions(directory, rank, warnings);
        EnergyLog energy = format.readEnergy(directory, rank, warnings);
        facts.add(
            "rank %d: %s of %s; %s of the counter, one every %.0f ms"
                .formatted(
                    rank,
                    Named.count(log.size(), "instruction"),
                    Named.count(log.kinds().size(), "kind"),
                    Named.count(energy.size(), "reading"),
                    1e3 * energy.periodSeconds()));
      }
      if (facts.isEmpty()) {
        problems.add("The log format finds no rank.");
      }
    } catch (ExtensionError e) {
      throw e;
    } catch (UserError e) {
      problems.add(e.getMessage());
    }
    warnings.sentences().forEach(facts::add);
    return new DirectoryReport(
        "A recording in the log format %s.".formatted(format.name()),
        facts,
        problems,
        List.of(
            problems.isEmpty()
                ? "bin/perseus-analyze " + ShellWord.of(directory)
                : "Correct the files, or record again; see docs/recording.md."));
  }
}
