package perseus.savings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perseus.numeric.Percent;
import perseus.savings.Workload.Origin;

/**
 * Computes, for given workloads, the tables of the Perseus paper that show how much energy plans
 * save. The tables show the savings without a straggler (a slower pipeline to wait for) and with
 * stragglers.
 *
 * <p>The table of savings without stragglers corresponds to tables 3 and 6 of the Perseus paper.
 * The table of savings with stragglers corresponds to table 4 of the Perseus paper. The table of
 * fleets contains the energy that all pipelines of a fleet save together.
 *
 * @param workloads workloads whose savings the tables contain, each with one pipeline's iterations
 *     under several methods that choose frequencies
 * @param stragglers iteration time of each straggler (slower pipeline), divided by the iteration
 *     time of the baseline
 * @param rule rule by which a pipeline that waits for a straggler chooses its plan; if empty,
 *     {@link Workload.Origin} defines the rule
 */
public record SavingsTables(
    List<Workload> workloads, List<Double> stragglers, Optional<StragglerRule> rule) {
  public SavingsTables {
    workloads = List.copyOf(workloads);
    stragglers = List.copyOf(stragglers);
  }

  /**
   * Returns a note that names the workloads whose energies come from simulated GPUs. If all
   * workloads are simulated, the returned note is "simulated". If only some workloads are
   * simulated, the returned note is "simulated" and the names of these workloads. If no workload is
   * simulated, the returned note is empty.
   */
  public String simulated() {
    return simulated(workloads);
  }

  private static String simulated(List<Workload> workloads) {
    List<String> names =
        workloads.stream().filter(Workload::simulated).map(Workload::name).toList();
    if (names.isEmpty() || names.size() == workloads.size()) {
      return names.isEmpty() ? "" : "simulated";
    }
    return "simulated: " + String.join(", ", names);
  }

  private static String title(String subject, List<Workload> workloads) {
    String simulated = simulated(workloads);
    return simulated.isEmpty() ? subject : subject + "; " + simulated;
  }

  /**
   * Returns the fraction of energy that a pipeline saves while it has to wait for a straggler (a
   * slower pipeline). The energy under a policy is compared to the energy under the baseline.
   */
  public double withStraggler(Workload workload, Policy policy, double straggler) {
    return workload.reduction(policy, straggler, ruleFor(workload));
  }

  /**
   * Returns all tables of savings in a form for human readers. In the tables for human readers,
   * percentages have as many decimals as in the Perseus paper.
   */
  public List<Table> tables() {
    List<Table> tables = new ArrayList<>(List.of(withoutStraggler()));
    if (!stragglers.isEmpty()) {
      tables.add(
          perStraggler(
              "Energy saved (%) by a pipeline that waits for a straggler", workloads, false));
      List<Workload> fleets = workloads.stream().filter(w -> w.pipelines() > 1).toList();
      if (!fleets.isEmpty()) {
        tables.add(
            perStraggler(
                "Energy saved (%) by all pipelines, one of them a straggler", fleets, true));
      }
    }
    return tables;
  }

  private Table withoutStraggler() {
    List<List<String>> rows = new ArrayList<>();
    for (Workload workload : workloads) {
      for (Policy policy : workload.policies()) {
        rows.add(
            List.of(
                workload.name(),
                policy.name(),
                percent(workload, workload.reduction(policy)),
                percent(workload, workload.slowdown(policy)),
                Percent.fixed(workload.leastEnergyTime(policy), 2)));
      }
    }
    return new Table(
        title(
            "Energy saved (%) without a straggler, slowdown (%), and time of least energy",
            workloads),
        List.of("workload", "policy", "saved", "slowdown", "T*/T0"),
        rows);
  }

  private Table perStraggler(String title, List<Workload> shown, boolean fleet) {
    List<String> header = new ArrayList<>(List.of("workload", "policy"));
    if (fleet) {
      header.add("pipelines");
    }
    stragglers.forEach(degree -> header.add(degree.toString()));
    List<List<String>> rows = new ArrayList<>();
    for (Workload workload : shown) {
      for (Policy policy : workload.policies()) {
        List<String> row = new ArrayList<>(List.of(workload.name(), policy.name()));
        if (fleet) {
          row.add(Integer.toString(workload.pipelines()));
        }
        for (double degree : stragglers) {
          row.add(
              percent(
                  workload,
                  fleet
                      ? workload.fleetReduction(policy, degree, ruleFor(workload))
                      : withStraggler(workload, policy, degree)));
        }
        rows.add(row);
      }
    }
    String withRule = "%s (straggler rule: %s)".formatted(title, ruleName());
    return new Table(title(withRule, shown), header, rows);
  }

  /**
   * Returns the savings of all workloads in one table that programs can read easily.
   *
   * <p>The table for programs has one row for each combination of workload, policy, number of
   * pipelines and iteration time of the straggler. In rows for savings without a straggler, the
   * column {@code straggler} is empty. Only these rows have values in the columns {@code
   * slowdown_percent} and {@code least_energy_time_ratio}. The ratio is the iteration time of the
   * plan of minimum energy, divided by the iteration time of the baseline.
   */
  public Table figures() {
    List<List<String>> rows = new ArrayList<>();
    for (Workload workload : workloads) {
      for (Policy policy : workload.policies()) {
        add(rows, workload, policy, "1", "", workload.reduction(policy));
        for (double degree : stragglers) {
          String r = Double.toString(degree);
          add(rows, workload, policy, "1", r, withStraggler(workload, policy, degree));
          if (workload.pipelines() > 1) {
            double fleet = workload.fleetReduction(policy, degree, ruleFor(workload));
            add(rows, workload, policy, "" + workload.pipelines(), r, fleet);
          }
        }
      }
    }
    return new Table(
        "",
        List.of(
            "workload",
            "policy",
            "pipelines",
            "straggler",
            "reduction_percent",
            "slowdown_percent",
            "least_energy_time_ratio",
            "simulated"),
        rows);
  }

  private static void add(
      List<List<String>> rows,
      Workload workload,
      Policy policy,
      String pipelines,
      String straggler,
      double reduction) {
    boolean noStraggler = straggler.isEmpty();
    rows.add(
        List.of(
            workload.name(),
            policy.name(),
            pipelines,
            straggler,
            Percent.digits(reduction, 4),
            noStraggler ? Percent.digits(workload.slowdown(policy), 4) : "",
            noStraggler ? Percent.fixed(workload.leastEnergyTime(policy), 4) : "",
            Boolean.toString(workload.simulated())));
  }

  private StragglerRule ruleFor(Workload workload) {
    return rule.orElse(workload.origin().publishedRule());
  }

  private String ruleName() {
    return rule.map(StragglerRule::toString).orElse("published");
  }

  private static String percent(Workload workload, double fraction) {
    return Percent.digits(fraction, workload.origin() == Origin.MEASURED ? 1 : 2);
  }
}
