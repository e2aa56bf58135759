package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.clock.UnixHttpServer.Answer;
import perseus.gpu.clock.UnixHttpServer.Request;

class ZeusdClocksTest {
  private static final Answer OK = new Answer(200, "");

  @TempDir Path home;
  private UnixHttpServer server;
  private Gpu gpu;

  @BeforeEach
  void openGpu() {
    System.setProperty(LoggedGpus.VARIABLE, home.toString());
    gpu = new LoggedGpus().openAll().get(1);
  }

  @AfterEach
  void stop() throws Exception {
    System.clearProperty(LoggedGpus.VARIABLE);
    if (server != null) {
      server.close();
    }
  }

  private Path socket() {
    return home.resolve("zeusd.sock");
  }

  private void serve(String discovered, Function<Request, Answer> settings) throws Exception {
    server =
        new UnixHttpServer(
            socket(),
            request -> {
              if (!request.line().equals("GET /discover")) {
                return settings.apply(request);
              }
              return discovered == null ? new Answer(404, "") : new Answer(200, discovered);
            });
  }

  private ZeusdDaemon daemon(String token) {
    return new ZeusdDaemon(socket(), token);
  }

  private Request last() {
    return server.requests.get(server.requests.size() - 1);
  }

  @Test
  void fromVersion030OnValuesAreQueryParameters() throws Exception {
    serve("{\"gpu_ids\": [0, 1]}", request -> OK);
    try (ZeusdDaemon daemon = daemon(null)) {
      ClockSetter setter = daemon.of(gpu);
      setter.lockClocks(1500);
      assertThat(last().line())
          .startsWith("POST /gpu/set_gpu_locked_clocks?")
          .contains("gpu_ids=1", "block=true", "min_clock_mhz=1500", "max_clock_mhz=1500");
      setter.resetClocks();
      assertThat(last().line())
          .startsWith("POST /gpu/reset_gpu_locked_clocks?")
          .contains("gpu_ids=1", "block=true");
      setter.setPowerLimit(350.25);
      assertThat(last().line()).contains("/gpu/set_power_limit?", "power_limit_mw=350250");
      setter.resetPowerLimit();
      assertThat(last().line()).contains("power_limit_mw=700000");
      assertThat(last().authorization()).isEmpty();
    }
    assertThat(LoggedGpus.log(home)).isEmpty();
  }

  @Test
  void beforeVersion030ValuesAreABodyOfJson() throws Exception {
    serve(null, request -> OK);
    try (ZeusdDaemon daemon = daemon("")) {
      ClockSetter setter = daemon.of(gpu);
      setter.lockClocks(1500);
      assertThat(last().line()).isEqualTo("POST /gpu/1/set_gpu_locked_clocks");
      assertThat(last().body())
          .contains("\"min_clock_mhz\":1500", "\"max_clock_mhz\":1500", "\"block\":true");
      setter.resetClocks();
      assertThat(last())
          .isEqualTo(new Request("POST /gpu/1/reset_gpu_locked_clocks", "", "{\"block\":true}"));
    }
  }

  @Test
  void gpuIsFoundByItsPciAddressIfTheDaemonTellsIt() throws Exception {
    serve(
        "{\"gpus\": [{\"id\": 7, \"pci_address\": \"0000:02:00.0\"}, {\"id\": 1, \"pci_address\": \"0000:01:00.0\"}]}",
        request -> OK);
    try (ZeusdDaemon daemon = daemon(null)) {
      daemon.of(gpu).resetClocks();
      assertThat(last().line()).contains("gpu_ids=7");
    }
  }

  @Test
  void gpuThatTheDaemonDoesNotSeeIsNamed() throws Exception {
    serve("{\"gpus\": [{\"id\": 0, \"pci_address\": \"0001:02:00.0\"}]}", request -> OK);
    try (ZeusdDaemon daemon = daemon(null)) {
      assertThatThrownBy(() -> daemon.of(gpu))
          .isInstanceOf(GpuException.class)
          .hasMessageContaining("GPU-b");
    }
  }

  @Test
  void tokenIsSentAsBearerToken() throws Exception {
    serve("{}", request -> OK);
    try (ZeusdDaemon daemon = daemon("secret\n")) {
      daemon.of(gpu).resetClocks();
      assertThat(last().authorization()).isEqualTo("Bearer secret");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, token missing, NO_PERMISSION, ZEUSD_TOKEN",
    "403, NVML error: NoPermission, NO_PERMISSION, gpu-control",
    "404, API group is not enabled, NO_PERMISSION, gpu-control",
    "400, NVML error: invalid argument, REFUSED, invalid argument",
    "500, NVML error: not supported, NOT_SUPPORTED, not supported",
    "500, NVML error: unknown, OTHER, unknown"
  })
  void refusalTellsTheReasonAndWhatToDo(int status, String body, Reason reason, String text)
      throws Exception {
    serve("{}", request -> new Answer(status, body));
    try (ZeusdDaemon daemon = daemon(null)) {
      ClockSetter setter = daemon.of(gpu);
      assertThatThrownBy(() -> setter.lockClocks(1500))
          .isInstanceOfSatisfying(GpuException.class, e -> assertThat(e.reason()).isEqualTo(reason))
          .hasMessageContainingAll(socket().toString(), String.valueOf(status), body, text);
    }
  }

  @Test
  void connectionThatTheDaemonHasClosedIsOpenedAgain() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    serve("{}", request -> calls.incrementAndGet() == 1 ? new Answer(-1, "") : OK);
    try (ZeusdDaemon daemon = daemon(null)) {
      daemon.of(gpu).lockClocks(1500);
      assertThat(calls).hasValue(2);
    }
  }

  @Test
  void missingDaemonIsNamed() {
    try (ZeusdDaemon daemon = daemon(null)) {
      assertThatThrownBy(() -> daemon.of(gpu))
          .isInstanceOfSatisfying(
              GpuException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_DRIVER))
          .hasMessageContaining(socket().toString());
    }
  }

  @Test
  void serverThatIsNotTheDaemonIsNamed() throws Exception {
    serve("<html>", request -> OK);
    try (ZeusdDaemon daemon = daemon(null)) {
      assertThatThrownBy(() -> daemon.of(gpu))
          .isInstanceOf(GpuException.class)
          .hasMessageContaining("not Zeus's daemon");
    }
  }
}
