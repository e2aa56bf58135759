package perseus.gpu.clock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import perseus.gpu.Gpu;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.gpu.GpuInfo;

/**
 * Calls Zeus's daemon {@code zeusd}, which runs as root and sets clocks for other users. The
 * program {@code zeusd} speaks HTTP over a Unix socket.
 *
 * <p>The HTTP calls of {@code zeusd} depend on its version, and this class supports the calls of
 * all published versions. The HTTP calls are described in the code and the API reference of {@code
 * github.com/ml-energy/zeus}. Since version 0.3.0, GPUs and values are query parameters: {@code
 * POST /gpu/set_gpu_locked_clocks?gpu_ids=0&block=true&min_clock_mhz=...&max_clock_mhz=...}. This
 * class was checked against the versions up to 0.5.0 and the development version of August 2026. In
 * the versions 0.1.0 and 0.2.0, the path contains the GPU, and a JSON body contains the values:
 * {@code POST /gpu/0/set_gpu_locked_clocks}. The call {@code GET /discover} exists only since
 * version 0.3.0, so its answer shows which calls the daemon supports. Since version 0.4.0, {@code
 * zeusd} can require a secret token from its callers.
 */
final class ZeusdDaemon implements ClockSetters {
  /**
   * The environment variable that contains the token for {@code zeusd}. The name of the environment
   * variable is defined by Zeus.
   */
  static final String TOKEN_VARIABLE = "ZEUSD_TOKEN";

  private static final long CALL_MILLIS = 3_000;

  /**
   * Time without calls after which this class closes its connection to {@code zeusd}. The daemon
   * closes an idle connection after 5 seconds, and a call on a connection that is being closed
   * would fail.
   */
  private static final Duration IDLE = Duration.ofSeconds(2);

  private static final int MAX_SHOWN_CHARACTERS = 300;

  private static final JsonMapper JSON = new JsonMapper();

  private final Path socket;
  private final String token;
  private final HttpClient client;

  /**
   * Creates the client. The constructor {@code ZeusdDaemon} sends no call to {@code zeusd}.
   *
   * @param token token that {@code zeusd} requires; null or blank if it requires none
   */
  ZeusdDaemon(Path socket, String token) {
    this.socket = socket;
    this.token = token == null ? "" : token.strip();
    QueuedThreadPool threads = new QueuedThreadPool(6, 1);
    threads.setDaemon(true);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setExecutor(threads);
    connector.setScheduler(new ScheduledExecutorScheduler("zeusd timeouts", true));
    connector.setConnectTimeout(Duration.ofMillis(CALL_MILLIS));
    connector.setIdleTimeout(IDLE);
    this.client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setFollowRedirects(false);
    try {
      client.start();
      // The Jetty client must not handle errors such as status 401 itself, because this class
      // handles them.
      client.getProtocolHandlers().clear();
    } catch (Exception e) {
      throw new IllegalStateException("The HTTP client cannot be started.", e);
    }
  }

  @Override
  public ClockSetter of(Gpu gpu) {
    GpuInfo info = gpu.info();
    ContentResponse discovered = send(() -> client.newRequest("http://zeusd/discover"));
    if (discovered.getStatus() == 404) {
      return new ZeusdClocks(this, info, info.index(), false);
    }
    check(discovered);
    return new ZeusdClocks(this, info, number(discovered, info), true);
  }

  /**
   * Returns the index that {@code zeusd} gives to a GPU. If {@code zeusd} reports PCI addresses,
   * the GPU is found by its PCI address. Its index may differ from the index in this process,
   * because {@code zeusd} may see other GPUs. A version of {@code zeusd} that reports no PCI
   * addresses numbers the GPUs in the order of the driver.
   */
  private int number(ContentResponse discovered, GpuInfo info) {
    JsonNode gpus;
    try {
      gpus = JSON.readTree(discovered.getContentAsString()).path("gpus");
    } catch (JsonProcessingException e) {
      throw new GpuException(
          Reason.OTHER,
          "The server at the socket %s is not Zeus's daemon: its answer to /discover is not JSON. Correct the path after zeusd:."
              .formatted(socket));
    }
    boolean addresses = false;
    for (JsonNode gpu : gpus) {
      String address = gpu.path("pci_address").asText("");
      addresses |= !address.isEmpty();
      if (samePciAddress(address, info.pciBusId())) {
        return gpu.path("id").asInt(info.index());
      }
    }
    if (addresses) {
      throw new GpuException(
          Reason.OTHER,
          "Zeus's daemon at %s does not see GPU %s at PCI address %s. Start the daemon outside containers and without CUDA_VISIBLE_DEVICES, so that it sees all GPUs."
              .formatted(socket, info.uuid(), info.pciBusId()));
    }
    return info.index();
  }

  /**
   * The driver writes the domain of a PCI address with 8 digits, and {@code zeusd} writes it with 4
   * digits.
   */
  private static boolean samePciAddress(String a, String b) {
    String[] left = a.toLowerCase(Locale.ROOT).split(":");
    String[] right = b.toLowerCase(Locale.ROOT).split(":");
    return left.length == 3
        && right.length == 3
        && domain(left[0]).isPresent()
        && domain(left[0]).equals(domain(right[0]))
        && left[1].equals(right[1])
        && left[2].equals(right[2]);
  }

  private static OptionalInt domain(String text) {
    return text.matches("[0-9a-f]{1,8}")
        ? OptionalInt.of(Integer.parseUnsignedInt(text, 16))
        : OptionalInt.empty();
  }

  /**
   * Sets a clock or a power limit, and waits until the driver has accepted it.
   *
   * @param call name of the HTTP call
   * @param gpu index that {@code zeusd} gives to the GPU
   * @param byQuery whether {@code zeusd} reads query parameters, as its versions since 0.3.0 do
   * @param values for each parameter of the HTTP call, its name and its value
   * @throws GpuException if the driver refuses the clock or power limit, or if {@code zeusd} does
   *     not answer
   */
  void set(String call, int gpu, boolean byQuery, Map<String, Integer> values) {
    check(send(() -> byQuery ? queryRequest(call, gpu, values) : bodyRequest(call, gpu, values)));
  }

  private Request queryRequest(String call, int gpu, Map<String, Integer> values) {
    Request request = client.POST("http://zeusd/gpu/" + call);
    request.param("gpu_ids", String.valueOf(gpu)).param("block", "true");
    values.forEach((name, value) -> request.param(name, String.valueOf(value)));
    return request;
  }

  private Request bodyRequest(String call, int gpu, Map<String, Integer> values) {
    Map<String, Object> body = new LinkedHashMap<>(values);
    body.put("block", true);
    return client
        .POST("http://zeusd/gpu/%d/%s".formatted(gpu, call))
        .body(new StringRequestContent("application/json", JSON.valueToTree(body).toString()));
  }

  /**
   * Sends a request. A failed request is sent once more, because {@code zeusd} may have closed the
   * connection.
   */
  private ContentResponse send(Supplier<Request> request) {
    try {
      try {
        return sendOnce(request.get());
      } catch (ExecutionException e) {
        return sendOnce(request.get());
      }
    } catch (ExecutionException e) {
      throw new GpuException(
          Reason.NO_DRIVER,
          "Zeus's daemon cannot be reached at the socket %s (%s). Start the daemon, correct the path after zeusd:, or use another --clock_control."
              .formatted(socket, e.getCause() == null ? e : e.getCause().getMessage()));
    } catch (TimeoutException e) {
      throw new GpuException(
          Reason.OTHER,
          "Zeus's daemon at the socket %s has not answered within %d seconds. Look for the cause in the daemon's log."
              .formatted(socket, CALL_MILLIS / 1_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GpuException(Reason.OTHER, "The call of Zeus's daemon was interrupted.");
    }
  }

  private ContentResponse sendOnce(Request request)
      throws ExecutionException, InterruptedException, TimeoutException {
    request.transport(new Transport.TCPUnix(socket)).timeout(CALL_MILLIS, TimeUnit.MILLISECONDS);
    if (!token.isEmpty()) {
      request.headers(headers -> headers.put(HttpHeader.AUTHORIZATION, "Bearer " + token));
    }
    return request.send();
  }

  private void check(ContentResponse response) {
    int status = response.getStatus();
    if (status == 200) {
      return;
    }
    String answer =
        response.getContentAsString().replaceAll("\\p{C}", " ").strip().replaceFirst("\\.$", "");
    if (answer.length() > MAX_SHOWN_CHARACTERS) {
      answer = answer.substring(0, MAX_SHOWN_CHARACTERS) + "...";
    }
    boolean unsupported = answer.toLowerCase(Locale.ROOT).replace(" ", "").contains("notsupported");
    Reason reason =
        switch (status) {
          case 401, 403, 404 -> Reason.NO_PERMISSION;
          case 400 -> Reason.REFUSED;
          default -> unsupported ? Reason.NOT_SUPPORTED : Reason.OTHER;
        };
    String remedy =
        switch (status) {
          case 401 -> "Set the environment variable " + TOKEN_VARIABLE + " to a valid token.";
          case 403 -> "Use a token with the scope gpu-control, and start the daemon as root.";
          case 404 -> "Start the daemon with its API group gpu-control enabled.";
          default -> "Look for the cause in the daemon's log.";
        };
    throw new GpuException(
        reason,
        "Zeus's daemon at the socket %s refuses the call %s with status %d (%s). %s"
            .formatted(
                socket,
                response.getRequest().getPath(),
                status,
                answer.isEmpty() ? "without a reason" : answer,
                remedy));
  }

  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      // The threads of the HTTP client are daemon threads, so that they end with the process.
    }
  }
}
