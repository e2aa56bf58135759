package perseus.profile;

import java.util.List;

/** Makes copies of profile notes with other values, for tests. */
public final class NotesWith {
  private NotesWith() {}

  /** Returns notes with the times of transfers from each stage except the last, in seconds. */
  public static ProfileNotes transfers(ProfileNotes notes, List<Double> stageTransferSeconds) {
    return copy(notes, List.copyOf(stageTransferSeconds), notes.warnings());
  }

  /** Returns notes with other warnings. */
  public static ProfileNotes warnings(ProfileNotes notes, List<String> warnings) {
    return copy(notes, notes.stageTransferSeconds(), List.copyOf(warnings));
  }

  private static ProfileNotes copy(
      ProfileNotes notes, List<Double> stageTransferSeconds, List<String> warnings) {
    return new ProfileNotes(
        notes.schemaVersion(),
        notes.source(),
        notes.simulated(),
        notes.model(),
        notes.gpu(),
        notes.attribution(),
        notes.blockingWatts(),
        notes.stageBlockingWatts(),
        notes.gpusPerStage(),
        stageTransferSeconds,
        notes.lagSeconds(),
        notes.numMicrobatches(),
        notes.trainSchedule(),
        notes.order(),
        notes.throttled(),
        notes.switchSeconds(),
        notes.sensor(),
        notes.special(),
        warnings);
  }
}
