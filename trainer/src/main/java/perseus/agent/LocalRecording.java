package perseus.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import perseus.agent.gpu.AgentGpus;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.io.AtomicFiles;
import perseus.record.LogFile;
import perseus.record.RankRecorder;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;

/** Writes the logs of the ranks of this host and the manifest run.json into the run directory. */
final class LocalRecording {
  private final RunRecorder recording;
  private final AgentSettings settings;
  private final Path directory;
  private final AgentClock clock;
  private final List<Path> files = new ArrayList<>();

  LocalRecording(RunRecorder recording, AgentSettings settings, AgentClock clock) {
    this.recording = recording;
    this.settings = settings;
    this.directory = settings.outputDirectory();
    this.clock = clock;
  }

  /**
   * Creates the object that writes the logs of a rank.
   *
   * @param start number of times that the ranks have been restarted; each start has its own
   *     temporary files
   */
  RankRecorder start(Hello hello, int start) {
    try {
      Path scratch = Files.createDirectories(recording.scratch().resolve("start-" + start));
      return new RankRecorder(hello.rank(), scratch, clock.zeroTicks(), hello.stages().size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the name of a temporary folder in the run directory of this node. If two nodes see the
   * same temporary folder, they have the same run directory.
   */
  String marker() {
    return recording.scratch().getFileName().toString();
  }

  /** Returns whether the run directory contains a temporary folder with the given name. */
  boolean hasMarker(String marker) {
    return Files.isDirectory(directory.resolve(marker));
  }

  void removeEarlier() {
    recording.removeEarlierRecording();
  }

  /** Ends the logs of ranks, and moves the logs to their final names. */
  void writeLogs(Collection<AgentRank> ranks) {
    ranks.forEach(rank -> rank.gpu().settle());
    for (AgentRank rank : ranks) {
      rank.endRecording().recorder().publish(recording.scratch());
      recording.moveLogs(rank.hello().rank());
      files.addAll(LogFile.existing(directory, rank.hello().rank()));
    }
  }

  /**
   * Writes the manifest. The manifest run.json is written last, because logs without a manifest
   * count as incomplete.
   */
  void writeManifest(String json) {
    Path run = directory.resolve(RunManifest.FILE_NAME);
    AtomicFiles.write(run, json);
    files.add(run);
  }

  /**
   * Returns the files that were written. If no rank has connected, the method {@code finish} also
   * writes one energy log for each GPU.
   */
  List<Path> finish(AgentGpus gpus, boolean connected) {
    if (!connected && settings.recorded()) {
      files.addAll(gpus.writeEnergies(settings.directoryOfHost()));
    }
    return List.copyOf(files);
  }
}
