package perseus.profile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;

/** Tests how profile.csv and profile.json are read, written and refused. */
class ProfileFilesTest {
  private static final String HEADER = "stage,instruction,frequency,time,energy\n";

  @TempDir Path temporary;
  private Path csv;

  @BeforeEach
  void createADirectoryWithASpaceInItsName() throws IOException {
    csv = Files.createDirectory(temporary.resolve("my run")).resolve("profile.csv");
  }

  private StageProfile read(String text) throws IOException {
    Files.writeString(csv, text);
    return StageProfile.read(csv);
  }

  private void refused(String text, String... parts) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining(csv.toString())
        .hasMessageEndingWith(".")
        .message()
        .doesNotContain("\n");
  }

  private static ProfileRow row(int frequency, double time, double energy) {
    return new ProfileRow(0, FORWARD, frequency, time, energy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stage,instruction,frequency,time,energy\n0,forward,1410,0.5,20",
        "stage,instruction,frequency,time,energy\r\n0,forward,1410,0.5,20\r\n",
        "\uFEFFstage,instruction,frequency,time,energy\n0,forward,1410,0.5,20\n",
        "energy,time,stage,frequency,instruction\n20,0.5,0,1410,forward\n",
        "stage, instruction , frequency,time,energy\n 0, forward , 1410,\t0.5 ,20\n",
        "stage,instruction,frequency,time,energy\n0.0,forward,1410.0,5e-1,+2.E+1\n",
        "stage,instruction,frequency,time,energy\n\n   \n,,,,\n0,forward,1410,.5,20\n\n",
        "\"stage\",\"instruction\",\"frequency\",\"time\",\"energy\"\n\"0\",\"forward\",\"1410\",\"0.5\",\"20\"\n",
        // The file has an index column and trailing commas, which libraries for data frames and
        // spreadsheets write.
        ",stage,instruction,frequency,time,energy,,\n7,0,forward,1410,0.5,20,,\n",
      })
  void filesWithTheSameMeaningGiveTheSameRow(String text) throws IOException {
    assertThat(read(text).rows()).containsExactly(row(1410, 0.5, 20));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stage     | -1,forward,1410,1,1",
        "stage     | 0.5,forward,1410,1,1",
        "stage     | 2147483647,forward,1410,1,1",
        "stage     | ,forward,1410,1,1",
        "stage     | nan,forward,1410,1,1",
        "instruction | 0, ,1410,1,1",
        "frequency | 0,forward,0,1,1",
        "frequency | 0,forward,-1410,1,1",
        "frequency | 0,forward,1410.5,1,1",
        "frequency | 0,forward,1410000000,1,1",
        "frequency | 0,forward,1e99999,1,1",
        "frequency | 0,forward,high,1,1",
        "time      | 0,forward,1410,0,1",
        "time      | 0,forward,1410,-1,1",
        "time      | 0,forward,1410,nan,1",
        "time      | 0,forward,1410,NaN,1",
        "time      | 0,forward,1410,1e999,1",
        "time      | 0,forward,1410,Infinity,1",
        "time      | 0,forward,1410,1e300,1",
        "time      | 0,forward,1410,fast,1",
        "time      | 0,forward,1410,1d,1",
        "time      | 0,forward,1410,0x1p3,1",
        "time      | 0,forward,1410,1_0,1",
        "energy    | 0,forward,1410,1,-0.1",
        "energy    | 0,forward,1410,1,nan",
        "energy    | 0,forward,1410,1,1e300",
        "energy    | 0,forward,1410,1,",
        "energy    | 0,forward,1410,1",
        "frequency | 0,forward",
      })
  void badNumberIsRefusedWithItsLineAndColumn(String column, String line) {
    String good = "0,backward,1410,1,1";
    refused(HEADER + good + "\n" + line + "\n", "line 3", "column '" + column.trim() + "'");
    refused(HEADER + "\n\n" + good + "\n  \n" + line, "line 6:", "column '" + column.trim() + "'");
    refused(HEADER.replace("\n", "\r\n") + "\r\n" + good + "\r\n\r\n" + line + "\r\n", "line 5:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"time_stderr", "energy_stderr", "instances", "sm_mhz", "held"})
  void qualityBelowZeroIsRefused(String column) {
    String header = HEADER.strip() + "," + column + "\n";
    for (String value : List.of("-1", "1e999")) {
      refused(header + "0,forward,1410,1,1," + value + "\n", "line 2", column, value);
    }
  }

  @Test
  void moreFieldsThanColumnsAreRefused() {
    refused(HEADER + "0,forward,1410,50,1617,23,80547\n", "line 2", "7 fields", "not a comma");
    refused(HEADER + "0,forward,1410,0.5,20\n0,backward,1410,1,60,and\n", "line 3", "6 fields");
  }

  @Test
  void lineNumbersCountTheLinesOfQuotedFields() {
    refused(
        "stage,instruction,frequency,time,energy,comm\n0,forward,1410,1,1,\"a\nb\"\n0,forward,x,1,1,c\n",
        "line 4: column 'frequency' is 'x'");
  }

  @Test
  void energyOfZeroIsAccepted() throws IOException {
    assertThat(read(HEADER + "0,load,1410,1e-9,0\n").rows().get(0).energyJoules()).isZero();
  }

  @Test
  void fileWithoutHeaderOrRowsIsRefused() {
    refused("", "is empty");
    refused("\n\r\n", "is empty");
    refused("\uFEFF", "is empty");
    refused(HEADER, "has no rows");
    refused("stage,instruction,frequency,time,energy", "has no rows");
    refused("0,forward,1410,0.5,20\n", "no column 'stage'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stage", "instruction", "frequency", "time", "energy"})
  void missingOrDoubledColumnIsNamed(String column) {
    refused(HEADER.replace(column, "other") + "0,0,0,0,0\n", "no column '" + column + "'");
    refused(HEADER.replace("stage", column + ",stage") + "0,0,0,0,0,0\n", "'" + column + "'");
  }

  @Test
  void missingAndUnreadableFilesAreRefused() throws IOException {
    Files.write(csv, (HEADER + "0,für,1410,1,1\n").getBytes(ISO_8859_1));
    assertThatThrownBy(() -> StageProfile.read(csv))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(csv.toString(), "UTF-8");
    refused(HEADER + "0,\"forward,1410,1,1\n", "line 2");
    Path missing = csv.resolveSibling("no.csv");
    assertThatThrownBy(() -> StageProfile.read(missing))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(missing.toString(), "does not exist");
    assertThatThrownBy(() -> StageProfile.read(temporary))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(temporary.toString());
  }

  @Test
  void sameOptionTwiceIsRefusedWithBothLines() {
    refused(
        HEADER + "0,forward,1410,1,1\n\n0,forward,1395,1,1\n0,forward,1410.0,2,2\n",
        "line 5",
        "line 2",
        "stage 0, forward, 1410 MHz");
  }

  @Test
  void knobsDistinguishOptionsAndAreKeptUnchanged() throws IOException {
    StageProfile profile =
        read(
            "comm,stage,instruction,frequency,time,energy,sms\n"
                + "\" a, \"\"b\"\" \",0,forward,1410,1,5,007\n"
                + "ring,0,forward,1410,2,4,007\n"
                + ",0,backward,1410,2,4,1e0\n");
    assertThat(profile.options(0, FORWARD))
        .extracting(ProfileRow::knobs)
        .containsExactly(
            Map.of("comm", " a, \"b\" ", "sms", "007"), Map.of("comm", "ring", "sms", "007"));
    Path copy = temporary.resolve("copy.csv");
    profile.write(copy);
    assertThat(copy).content().startsWith("stage,instruction,frequency,time,energy,comm,sms\n");
    assertThat(StageProfile.read(copy).rows()).isEqualTo(profile.rows());
  }

  @Test
  void qualityColumnsAreReadAndAreNoKnobs() throws IOException {
    String all =
        "stage,instruction,frequency,time,energy,instances,time_stderr,energy_stderr,r2\n"
            + "0,forward,1410,1.0,5.0,12,0.25,nan,0.5\n0,load,1410,1.0,5.0,,,,\n";
    StageProfile profile = read(all);
    assertThat(profile.rows())
        .extracting(ProfileRow::quality)
        .containsExactly(
            new ProfileRow.Quality(12, 0.25, Double.NaN, 0.5), ProfileRow.Quality.UNKNOWN);
    StageProfile alone =
        read("stage,instruction,frequency,time,energy,r2\n0,forward,1410,1,5,.5\n");
    assertThat(alone.rows().get(0).knobs()).isEmpty();
    assertThat(alone.rows().get(0).quality().r2()).isEqualTo(0.5);
    for (StageProfile each : List.of(profile, alone)) {
      each.write(csv);
      assertThat(StageProfile.read(csv).rows()).isEqualTo(each.rows());
    }
  }

  @Test
  void clocksInForceAreReadAndAreNoKnobs() throws IOException {
    StageProfile profile =
        read(
            "stage,instruction,frequency,time,energy,sm_mhz,held\n"
                + "0,forward,1410,1.0,5.0,1275.5,0.25\n0,forward,1200,1.1,4.5,,\n");
    assertThat(profile.rows().get(0).knobs()).isEmpty();
    assertThat(profile.rows().get(0).quality().smMhz()).isEqualTo(1275.5);
    assertThat(profile.rows().get(0).quality().held()).isEqualTo(0.25);
    assertThat(profile.rows().get(1).quality().isClockKnown()).isFalse();
    profile.write(csv);
    assertThat(StageProfile.read(csv).rows()).isEqualTo(profile.rows());
    assertThat(ProfileTable.profile(ProfileTable.of(profile), profile.notes()).rows())
        .isEqualTo(profile.rows());
  }

  @Test
  void rowsOfRanksAreJoinedToRowsOfStages() throws IOException {
    StageProfile profile =
        read(
            "rank,dp_rank,pp_rank,tp_rank,stage,instruction,frequency,time,energy\n"
                + "0,0,0,0,0,forward,1410,1.0,5\n"
                + "1,0,0,1,0,forward,1410,1.5,4\n"
                + "1,0,0,1,0,backward,1410,2,7\n"
                + "0,0,0,0,0,backward,1410,3,1\n"
                + "2,0,1,0,1,forward,1410,1,3\n");
    assertThat(profile.rows())
        .containsExactly(
            new ProfileRow(0, BACKWARD, 1410, 3, 8),
            row(1410, 1.5, 9),
            new ProfileRow(1, FORWARD, 1410, 1, 3));
    assertThat(profile.gpus(0)).isEqualTo(2);
    assertThat(profile.gpus(1)).isEqualTo(1);
    profile.write(csv);
    StageProfile again = StageProfile.read(csv);
    assertThat(again.rows()).isEqualTo(profile.rows());
    assertThat(again.gpus(0)).isEqualTo(2);
  }

  @Test
  void pipelineRankIsTheStageWhereThereIsNoStageColumn() throws IOException {
    assertThat(read("pp_rank,instruction,frequency,time,energy\n3,forward,1410,1,1\n").stages())
        .isEqualTo(4);
  }

  @Test
  void ranksWithoutTheSameRowsAreRefused() {
    String header = "dp_rank,stage,instruction,frequency,time,energy\n";
    refused(
        header + "0,0,forward,1410,1,1\n1,0,forward,1410,1,1\n0,0,forward,1395,1,1\n",
        "line 4",
        "1 of the 2 ranks of stage 0",
        "stage 0, forward, 1395 MHz");
    // At each frequency, only one of the two ranks has a row.
    refused(header + "0,0,forward,1410,1,1\n1,0,forward,1395,1,1\n", "1 of the 2 ranks");
    // Two rows of the same rank do not count as rows of two ranks.
    refused(header + "0,0,forward,1410,1,1\n0,0,forward,1410,1,1\n", "line 3", "line 2");
  }

  @Test
  void notesAreWrittenBesideTheRowsAndReadAgain() throws IOException {
    ProfileNotes notes =
        NotesWith.warnings(
            NotesWith.transfers(
                ProfileNotes.none("somewhere").withBlocking(List.of(80.5, 90.25), List.of(1, 2)),
                List.of(0.001)),
            List.of("it is \"simulated\"", "größer"));
    StageProfile profile =
        new StageProfile(List.of(row(1410, 1, 5), new ProfileRow(1, FORWARD, 1410, 1, 5)), notes);
    profile.write(csv);
    StageProfile again = StageProfile.read(csv);
    assertThat(again.notes()).isEqualTo(notes);
    assertThat(again.rows()).isEqualTo(profile.rows());
    assertThat(again.notes().transferSeconds(2)).containsExactly(0.001);
    assertThat(again.notes().transferSeconds(4)).containsExactly(0.001, 0, 0);
  }

  @Test
  void missingNotesAndUnknownFieldsOfNotesAreAccepted() throws IOException {
    String rows = HEADER + "0,forward,1410,1,1\n";
    StageProfile bare = read(rows);
    assertThat(bare.notes()).isEqualTo(ProfileNotes.none(csv.toString()));
    assertThat(bare.gpus(0)).isEqualTo(1);
    notes("\uFEFF{\"schema_version\": 1, \"new_field\": {\"a\": [1]}, \"blocking_watts\": 70}");
    ProfileNotes notes = read(rows).notes();
    assertThat(notes.blockingWatts()).isEqualTo(70);
    assertThat(notes.warnings()).isEmpty();
  }

  private Path notes(String json) throws IOException {
    return Files.writeString(csv.resolveSibling("profile.json"), json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{\"schema_version\": 3}",
        "{\"schema_version\": 1} and more",
        "{\"schema_version\": 1, \"blocking_watts\": \"much\"}",
        "{\"schema_version\": 1, \"blocking_watts\": -1}",
        "{\"schema_version\": 1, \"blocking_watts\": \"NaN\"}",
        "{\"schema_version\": 1, \"gpus_per_stage\": [1, null]}",
        "{\"schema_version\": 1, \"gpus_per_stage\": [0]}",
        "{\"schema_version\": 1, \"stage_transfer_seconds\": [null]}",
        "{\"schema_version\": 1, \"stage_transfer_seconds\": [-0.1]}",
        "{\"schema_version\": 1, \"warnings\": [null]}",
      })
  void invalidNotesAreRefusedWithTheNameOfTheirFile(String json) throws IOException {
    Path file = notes(json);
    assertThatThrownBy(() -> read(HEADER + "0,forward,1410,1,1\n"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageEndingWith(".")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void profileIsNotWrittenWhereItsNotesWouldReplaceIt() {
    StageProfile profile = new StageProfile(List.of(row(1410, 1, 5)), ProfileNotes.none("x"));
    assertThatThrownBy(() -> profile.write(temporary.resolve("profile.json")))
        .isInstanceOf(UserError.class);
    assertThat(temporary.resolve("profile.json")).doesNotExist();
  }

  @Test
  void numbersAreWrittenAndReadToTheLastBit() {
    StageProfile profile =
        new StageProfile(
            List.of(row(1410, 0.1 + 0.2, 1 / 3.0), row(1395, Double.MIN_VALUE, 1e11)),
            ProfileNotes.none("x"));
    profile.write(csv);
    assertThat(StageProfile.read(csv).rows()).isEqualTo(profile.rows());
  }

  @Test
  void columnSimulatedIsNoKnobAndMarksTheProfile() throws IOException {
    String header = "stage,instruction,frequency,time,energy,simulated\n";
    StageProfile simulated = read(header + "0,forward,1410,0.5,20,true\n");
    assertThat(simulated.rows()).containsExactly(row(1410, 0.5, 20));
    assertThat(simulated.notes().simulated()).isTrue();
    assertThat(read(header + "0,forward,1410,0.5,20,false\n").notes().simulated())
        .isNotEqualTo(Boolean.TRUE);

    simulated.write(csv);
    assertThat(Files.readAllLines(csv))
        .containsExactly(header.trim(), "0,forward,1410,0.5,20.0,true");
    assertThat(StageProfile.read(csv).notes().simulated()).isTrue();
    refused(header + "0,forward,1410,0.5,20,perhaps\n", "line 2", "'simulated'", "'perhaps'");
  }
}
