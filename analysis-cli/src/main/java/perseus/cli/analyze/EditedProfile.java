package perseus.cli.analyze;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import perseus.io.UserError;
import perseus.profile.StageProfile;

/** Prevents commands from overwriting a profile that the user has edited. */
final class EditedProfile {
  /**
   * A command writes the notes of a profile (JSON file) right after the rows (CSV file). If the CSV
   * file is newer by more than {@code SLACK_SECONDS}, another program has changed it.
   */
  private static final long SLACK_SECONDS = 2;

  private EditedProfile() {}

  /**
   * Refuses to replace a profile that was changed after a command has written it.
   *
   * @param csv profile that the command will write
   * @throws UserError if the profile was changed
   */
  static void refuse(Path csv) {
    for (Path notes : StageProfile.files(csv)) {
      if (!notes.equals(csv)
          && Files.isRegularFile(csv)
          && Files.isRegularFile(notes)
          && seconds(csv) > seconds(notes) + SLACK_SECONDS) {
        throw new UserError(
            "%s was edited after perseus-analyze wrote it, so it is not replaced; rename or delete it, or choose another place with -o."
                .formatted(csv));
      }
    }
  }

  private static long seconds(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis() / 1000;
    } catch (IOException e) {
      return 0;
    }
  }
}
