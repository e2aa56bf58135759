package perseus.gpu.clock;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import perseus.gpu.Gpu;
import perseus.gpu.GpuProviders;
import perseus.io.UserError;

/**
 * Behaves like a launcher in its own process. It waits for a line of input, opens a {@link
 * ClockGuard}, starts a rank and locks clocks. Then it prints {@code locked} and the process IDs of
 * the rank and of {@link ClockWatcher}. After the next line of input, it closes the {@link
 * ClockGuard}. If the {@link ClockGuard} cannot be opened, this program prints {@code refused} and
 * the error message.
 *
 * <p>The first argument is the value of the flag {@code --clock_control}. The second argument is
 * the command of the rank; {@code cat} ends when the launcher ends. The third argument is the power
 * limit in watts, or 0 to lock clocks. The fourth argument is the name of the {@link
 * perseus.gpu.GpuProvider}.
 */
public final class GuardedRun {
  private GuardedRun() {}

  public static void main(String[] arguments) throws Exception {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("started");
    input.readLine();
    double watts = Double.parseDouble(arguments[2]);
    ClockControl control = ClockControl.parse(arguments[0], System.getenv());
    List<Gpu> gpus = GpuProviders.named(arguments[3]).orElseThrow().openAll();
    List<String> uuids = gpus.stream().map(gpu -> gpu.info().uuid()).toList();
    ClockGuard guard;
    try {
      guard = ClockGuard.open(control, arguments[3], uuids, watts > 0, System.out::println);
    } catch (UserError e) {
      System.out.println("refused " + e.getMessage());
      return;
    }
    long watcher =
        ProcessHandle.current().children().findFirst().map(ProcessHandle::pid).orElse(0L);
    Process rank = new ProcessBuilder(arguments[1].split(" ")).start();
    guard.watch(rank.pid());
    if (control instanceof ClockControl.Setting setting) {
      setClocks(setting, gpus, watts);
    }
    System.out.println("locked " + rank.pid() + " " + watcher);
    input.readLine();
    rank.destroyForcibly();
    guard.close();
    System.out.println("closed");
  }

  private static void setClocks(ClockControl.Setting setting, List<Gpu> gpus, double watts)
      throws Exception {
    try (ClockSetters setters = setting.open()) {
      for (Gpu gpu : gpus) {
        ClockSetter setter = setters.of(gpu);
        try (ClockThread thread = new ClockThread(setter, System.out::println)) {
          thread.want(1500);
          while (thread.applied() < 1) {
            Thread.sleep(1);
          }
        }
        if (watts > 0) {
          setter.setPowerLimit(watts);
        }
      }
    }
  }
}
