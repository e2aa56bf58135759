package perseus.cli.pick;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandOutcome;

/**
 * Tests that the command {@code fleet} computes the savings of plans in a directory, and that it
 * refuses wrong numbers.
 */
class AnalyzeFleetCommandTest {
  @TempDir Path home;
  private Path plans;

  @BeforeEach
  void plan() throws IOException {
    Path profile = home.resolve("profile.csv");
    Files.writeString(
        profile,
        """
        stage,instruction,frequency,time,energy
        0,forward,1410,1,300
        0,forward,1005,1.5,150
        0,backward,1410,1,300
        0,backward,1005,1.5,150
        """);
    plans = home.resolve("my plans");
    CommandOutcome outcome =
        CommandOutcome.of(
            new AnalyzeCommand(),
            "plan",
            profile,
            "--num-microbatches",
            5,
            "--blocking-power",
            80,
            "--gpus-per-stage",
            2,
            "--no-charts",
            "-o",
            plans);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }

  private CommandOutcome fleet(String flags) {
    return CommandOutcome.of(
        new AnalyzeCommand(),
        Stream.concat(
                Stream.of("fleet", plans.toString()),
                Stream.of(flags.split(" ")).filter(flag -> !flag.isEmpty()))
            .toArray());
  }

  @Test
  void tableFollowsFromTheChosenPlan() {
    CommandOutcome outcome =
        fleet("--gpus 2000 --hours 100 --price 0.5 --currency CHF --min-energy --format csv");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    // An iteration at the highest frequency takes 10 s and 3000 J on 2 GPUs, which is a power of
    // 300 W. The fleet of 2000 GPUs has 1000 pairs of GPUs. An iteration of the plan takes 15 s and
    // 1500 J.
    assertThat(outcome.out())
        .isEqualTo(
            """
            case,training hours,iterations,MWh,MWh saved,CHF,CHF saved
            all-max,100.0,36000,30.000,0.000,15000,0
            "plan, same hours",100.0,24000,10.000,20.000,5000,10000
            "plan, same work",150.0,36000,15.000,15.000,7500,7500
            """);
  }

  @Test
  void planWithoutAGoalIsNotSlowerThanAllMax() {
    CommandOutcome outcome = fleet("--gpus 2000");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("0.00 % less energy than all-max in 1.0000 x its time");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--gpus -1",
        "--gpus many",
        "--gpus 8 --price -0.1",
        "--gpus 8 --price NaN",
        "--gpus 8 --price 12ct",
        "--gpus 8 --carbon -1",
        "--gpus 8 --pue 0.99",
        "--gpus 8 --pue Infinity",
        "--gpus 8 --hours 0",
        "--gpus 8 --utilization 1.1",
        "--gpus 8 --currency EUR",
        "--gpus 8 --price 1 --currency \n",
        "--gpus 8 --straggler 1.2",
        "--gpus 8 --min-energy --slowdown 1.1",
        "",
      })
  void wrongNumbersAreWrongUsage(String flags) {
    CommandOutcome outcome = fleet(flags);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("fleet --help").hasLineCount(1);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void directoryWithoutPlansIsAnError() {
    CommandOutcome outcome =
        CommandOutcome.of(new AnalyzeCommand(), "fleet", home.resolve("none"), "--gpus", 8);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("does not exist");
  }
}
