package perseus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;

class CheckpointWriterTest {
  private static final String JOB = "job";

  @TempDir Path home;
  private Path path;
  private CheckpointWriter writer;
  private CheckpointDirectory directory;

  @BeforeEach
  void create() {
    path = home.resolve("checkpoints");
    writer = new CheckpointWriter(path);
    directory = new CheckpointDirectory(path);
  }

  private static String json(int step, String id) {
    return new CheckpointManifest(1, id, "gpt3-nano", step, step, Map.of(), List.of()).toJson();
  }

  private String write(int step, String id) {
    String folder = CheckpointWriter.temporaryName(step, JOB);
    writer.describe(folder, json(step, id));
    return folder;
  }

  private void publish(int step) {
    String folder = write(step, "id" + step);
    writer.publish(folder, step, "id" + step);
  }

  @Test
  void checkpointIsFoundOnlyAfterItIsPublished() {
    writer.prepare();
    String folder = write(120, "a");
    assertThat(directory.complete()).isEmpty();
    assertThat(directory.newest()).isNull();
    writer.publish(folder, 120, "a");
    assertThat(directory.complete()).containsExactly(new SavedStep(120, "a", null));
    assertThat(directory.newest()).isEqualTo(new SavedStep(120, "a", null));
    assertThat(CheckpointDirectory.folder(path, 120)).isEqualTo(path.resolve("step-000120"));
  }

  @Test
  void folderOfACheckpointCanBeGivenInsteadOfTheDirectory() {
    publish(1_234_567);
    Path folder = path.resolve("step-1234567");
    assertThat(new CheckpointDirectory(folder).complete())
        .extracting(SavedStep::step)
        .containsExactly(1_234_567);
    assertThat(CheckpointDirectory.folder(folder, 1_234_567)).isEqualTo(folder);
  }

  @Test
  void copiedFolderMayHaveAnyName() throws IOException {
    publish(3);
    Path copy = Files.move(path.resolve("step-000003"), home.resolve("best"));
    assertThat(new CheckpointDirectory(copy).complete())
        .containsExactly(new SavedStep(3, "id3", null));
  }

  @Test
  void folderWithTheNameOfAnotherStepIsAProblem() throws IOException {
    publish(3);
    Files.move(path.resolve("step-000003"), path.resolve("step-000004"));
    assertThat(directory.complete())
        .singleElement()
        .satisfies(saved -> assertThat(saved.problem()).contains("step-000004", "step 3"));
  }

  @Test
  void damagedDescriptionIsAProblemThatNamesTheFile() throws IOException {
    publish(3);
    publish(4);
    Path file = path.resolve("step-000004/checkpoint.json");
    for (String text :
        List.of("", "{", "[]", "{}", json(4, "a").replace("\"step\" : 4", "\"step\" : null"))) {
      Files.writeString(file, text);
      assertThat(directory.complete().get(1).problem()).as(text).contains(file.toString());
    }
    assertThat(directory.complete().get(0).problem()).isNull();
  }

  @Test
  void newerFormatIsRefused() throws IOException {
    publish(4);
    Path file = path.resolve("step-000004/checkpoint.json");
    Files.writeString(
        file, json(4, "a").replace("\"schema_version\" : 1", "\"schema_version\" : 2"));
    assertThat(directory.complete().get(0).problem()).contains("schema_version 2");
  }

  @Test
  void nodesThatShareADirectoryPublishTogether() {
    String folder = write(5, "a");
    writer.describe(folder, json(5, "a"));
    writer.publish(folder, 5, "a");
    writer.publish(folder, 5, "a");
    assertThat(directory.complete()).containsExactly(new SavedStep(5, "a", null));
  }

  @Test
  void checkpointOfAnotherRunIsNotReplaced() {
    publish(5);
    String folder = write(5, "other");
    assertThatThrownBy(() -> writer.publish(folder, 5, "other"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("step-000005")
        .hasMessageContaining("another run");
    assertThat(directory.complete()).containsExactly(new SavedStep(5, "id5", null));
  }

  @Test
  void newestCheckpointsAreKept() throws IOException {
    for (int step : List.of(1, 20, 3, 100)) {
      publish(step);
    }
    Path other = Files.createDirectory(path.resolve("step-of-mine"));
    Path file = Files.writeString(path.resolve("step-000002"), "a file");
    writer.keepNewest(2, JOB);
    assertThat(directory.complete()).extracting(SavedStep::step).containsExactly(20, 100);
    assertThat(path.toFile().list())
        .containsExactlyInAnyOrder(
            "step-000020",
            "step-000100",
            other.getFileName().toString(),
            file.getFileName().toString());
    writer.keepNewest(2, JOB);
    assertThat(directory.complete()).hasSize(2);
  }

  @Test
  void unfinishedCheckpointsOfKilledJobsAreRemovedByTheNextJob() throws IOException {
    publish(5);
    Files.writeString(writer.begin(write(6, "a")).resolve("parameters-0.safetensors"), "half");
    Files.createDirectory(path.resolve(CheckpointWriter.temporaryName(7, "other")));
    writer.deleteUnfinished(JOB);
    assertThat(path.toFile().list())
        .containsExactlyInAnyOrder("step-000005", ".tmp-step-000007-other");
    writer.prepare();
    assertThat(path.toFile().list()).containsExactly("step-000005");
  }

  @Test
  void fileInPlaceOfTheDirectoryIsNamed() throws IOException {
    Files.writeString(path, "a file");
    assertThatThrownBy(writer::prepare)
        .isInstanceOf(UserError.class)
        .hasMessageContaining(path.toString());
    assertThatThrownBy(directory::complete)
        .isInstanceOf(UserError.class)
        .hasMessageContaining(path.toString());
  }

  @Test
  void directoryThatDoesNotExistHasNoCheckpoints() {
    assertThat(directory.complete()).isEmpty();
    assertThat(directory.newest()).isNull();
  }
}
