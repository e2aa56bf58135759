package perseus.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import tech.tablesaw.api.Table;

/** Tests the conversion of profiles to Tablesaw tables, and back. */
class ProfileTableTest {
  private static final StageProfile PROFILE =
      new StageProfile(
          List.of(
              new ProfileRow(
                  0,
                  Instruction.FORWARD,
                  1410,
                  0.03,
                  12.5,
                  Map.of("sms", "64"),
                  new ProfileRow.Quality(100, 1e-5, 0.05, 0.96)),
              new ProfileRow(
                  0,
                  Instruction.FORWARD,
                  1395,
                  0.031,
                  12.2,
                  Map.of("sms", "64"),
                  new ProfileRow.Quality(100, 1e-5, 0.05, 0.95)),
              new ProfileRow(
                  1,
                  Instruction.BACKWARD,
                  1410,
                  0.06,
                  20,
                  Map.of("sms", ""),
                  ProfileRow.Quality.UNKNOWN)),
          ProfileNotes.none("a test"));

  @Test
  void tableOfAProfileIsReadAsTheSameProfile() {
    StageProfile back = ProfileTable.profile(ProfileTable.of(PROFILE), PROFILE.notes());
    assertThat(back.rows()).isEqualTo(PROFILE.rows());
    assertThat(back.notes()).isEqualTo(PROFILE.notes());
  }

  @Test
  void tableHasTheColumnsOfTheFileAndCanBeFiltered() {
    Table table = ProfileTable.of(PROFILE);
    assertThat(table.columnNames())
        .containsExactly(
            "stage",
            "instruction",
            "frequency",
            "time",
            "energy",
            "sms",
            "instances",
            "time_stderr",
            "energy_stderr",
            "r2");
    Table high = table.where(table.intColumn("frequency").isGreaterThan(1400));
    assertThat(ProfileTable.profile(high, PROFILE.notes()).rows()).hasSize(2);
  }

  @Test
  void tableWithoutARequiredColumnIsRefused() {
    assertThatThrownBy(
            () ->
                ProfileTable.profile(
                    ProfileTable.of(PROFILE).removeColumns("energy"), ProfileNotes.none("a test")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("'energy'");
  }
}
