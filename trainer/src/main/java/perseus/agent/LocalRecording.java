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

/** Writes the files of the ranks of this host into the run directory. */
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
   * @param start how many times the ranks have been started again, so that each start has its own
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
   * Returns the name of a temporary folder in the run directory. Another node that finds this
   * folder in its own run directory shares the run directory with this node.
   */
  String marker() {
    return recording.scratch().getFileName().toString();
  }

  /**
   * Returns whether the run directory contains the folder that {@link #marker} has named on another
   * node.
   */
  boolean hasMarker(String marker) {
    return Files.isDirectory(directory.resolve(marker));
  }

  /** Removes the earlier recording that this run overwrites. */
  void removeEarlier() {
    recording.removeEarlierRecording();
  }

  /** Ends the logs of ranks, and moves them to their final names. */
  void writeLogs(Collection<AgentRank> ranks) {
    ranks.forEach(rank -> rank.gpu().settle());
    for (AgentRank rank : ranks) {
      rank.endRecording().recorder().publish(recording.scratch());
      recording.moveLogs(rank.hello().rank());
      files.addAll(LogFile.existing(directory, rank.hello().rank()));
    }
  }

  /**
   * Writes the manifest. The manifest is the last file of a recording, because a recording without
   * a manifest counts as incomplete.
   */
  void writeManifest(String json) {
    Path run = directory.resolve(RunManifest.FILE_NAME);
    AtomicFiles.write(run, json);
    files.add(run);
  }

  /**
   * Returns the files that were written. If no rank has connected, the method first writes the
   * energy logs of the GPUs.
   */
  List<Path> finish(AgentGpus gpus, boolean connected) {
    if (!connected && settings.recorded()) {
      files.addAll(gpus.writeEnergies(settings.directoryOfHost()));
    }
    return List.copyOf(files);
  }
}
