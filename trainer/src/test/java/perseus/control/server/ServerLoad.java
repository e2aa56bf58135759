package perseus.control.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures a plan server under load. In one thread, the program runs jobs with many ranks. In each
 * round, all ranks of a job report at the same time and then fetch their schedules. The program
 * prints the time from a job's last report until its last rank has received the next schedule.
 *
 * <p>Arguments: URL JOBS RANKS ROUNDS [MICROBATCHES ITERATIONS]. The server needs a scheduler with
 * enough rounds, such as AllMaxFrequency with num_iters.
 */
final class ServerLoad {
  private final URI url;
  private final int ranks;
  private final int rounds;
  private final String result;
  private final String pipe;
  private final Selector selector = Selector.open();
  private final List<Double> delays = new ArrayList<>();
  private long bytesReceived;
  private int running;

  private ServerLoad(URI url, int ranks, int rounds, int microbatches, int iterations)
      throws IOException {
    this.url = url;
    this.ranks = ranks;
    this.rounds = rounds;
    this.pipe =
        IntStream.range(0, microbatches)
            .mapToObj(i -> "\"forward\",\"p2p\",\"backward\",\"p2p\"")
            .collect(Collectors.joining(",", "[", "]"));
    String row = list(microbatches, "0.123456789");
    String rows = list(iterations, row);
    this.result =
        ",\"iter_time\":%s,\"iter_energy\":%s,\"time_breakdown\":{\"forward\":%s,\"backward\":%s}}"
            .formatted(list(iterations, "1.25"), list(iterations, "310.5"), rows, rows);
  }

  private static String list(int size, String element) {
    return String.join(",", Collections.nCopies(size, element)).transform(s -> "[" + s + "]");
  }

  /**
   * Counts how many ranks of a job have reported, and how many have received a schedule, in the
   * current round.
   */
  private static final class LoadedJob {
    String id;
    int reported;
    int served;
    long lastReportNanos;
  }

  /** Holds a rank and its connection to the server. */
  private final class Rank {
    final LoadedJob job;
    final int number;
    final SocketChannel channel;
    final SelectionKey key;
    final ByteBuffer in = ByteBuffer.allocate(1 << 16);
    ByteBuffer out;

    /** The call whose answer is expected next. */
    String call = "register";

    int round;

    /** Length in bytes of the head of the answer; -1 until the head has arrived. */
    int head = -1;

    /** Number of bytes of the answer that have not arrived yet. */
    int left;

    Rank(LoadedJob job, int number) throws IOException {
      this.job = job;
      this.number = number;
      this.channel = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
      channel.configureBlocking(false);
      this.key = channel.register(selector, SelectionKey.OP_READ, this);
      post(
          "/register_rank",
          ("{\"job_id\":\"%s\",\"rank\":%d,\"dp_rank\":%d,\"pp_rank\":%d,\"tp_rank\":0,"
                  + "\"pipe_schedule\":%s,\"power_state_range\":[1410,1395]}")
              .formatted(job.id, number, number / 8, number % 8, pipe));
    }

    void post(String path, String body) throws IOException {
      send(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(path, body.length(), body));
    }

    void send(String request) throws IOException {
      out = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
      write();
    }

    void write() throws IOException {
      channel.write(out);
      key.interestOps(
          out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
      if (!out.hasRemaining() && call.equals("report")) {
        job.reported++;
        if (job.reported == ranks) {
          job.lastReportNanos = System.nanoTime();
          job.reported = 0;
        }
      }
    }

    /** Reads the bytes that have arrived; returns whether an answer is complete. */
    boolean read() throws IOException {
      int length = channel.read(in);
      if (length < 0) {
        throw new IOException("Rank " + number + " was disconnected during the call " + call + ".");
      }
      bytesReceived += length;
      if (head < 0) {
        String text = new String(in.array(), 0, in.position(), StandardCharsets.US_ASCII);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
          return false;
        }
        if (!text.startsWith("HTTP/1.1 200")) {
          throw new IOException("Rank " + number + ", call " + call + ": " + text);
        }
        int at = text.indexOf("Content-Length: ") + 16;
        head = end + 4;
        left = head + Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
      }
      left -= in.position();
      in.clear();
      if (left > 0) {
        head = 0;
        return false;
      }
      head = -1;
      return true;
    }

    /** Makes the next call of the rank, after an answer has arrived. */
    void next() throws IOException {
      if (call.equals("fetch")) {
        job.served++;
        if (job.served == ranks) {
          job.served = 0;
          if (round > 0) {
            delays.add((System.nanoTime() - job.lastReportNanos) / 1e6);
          }
        }
        round++;
        if (round > rounds) {
          running--;
          channel.close();
          return;
        }
        call = "report";
        post("/result/" + job.id, "{\"rank\":" + number + result);
      } else {
        call = "fetch";
        send(
            "GET /schedule/%s?rank=%d HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .formatted(job.id, number));
      }
    }
  }

  private void run(int jobs) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < jobs; i++) {
      LoadedJob job = new LoadedJob();
      job.id = registerJob();
      for (int rank = 0; rank < ranks; rank++) {
        new Rank(job, rank);
        running++;
      }
    }
    while (running > 0) {
      selector.select();
      for (SelectionKey key : selector.selectedKeys()) {
        Rank rank = (Rank) key.attachment();
        if (key.isWritable()) {
          rank.write();
        }
        if (key.isValid() && key.isReadable() && rank.read()) {
          rank.next();
        }
      }
      selector.selectedKeys().clear();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double[] sorted = delays.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        "%d jobs of %d ranks, %d rounds: %.1f s, %.0f calls/s, %.1f MB received%n",
        jobs,
        ranks,
        rounds,
        seconds,
        (2.0 * rounds + 2) * jobs * ranks / seconds,
        bytesReceived / 1e6);
    System.out.printf(
        "last report to last answer (ms): median %.1f, 99th percentile %.1f, max %.1f%n",
        quantile(sorted, 0.5), quantile(sorted, 0.99), quantile(sorted, 1));
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  private String registerJob() throws IOException {
    int pp = Math.min(8, ranks);
    return Calls.send(
            HttpRequest.newBuilder(URI.create(url + "/register_job"))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        ("{\"pp_degree\":%d,\"dp_degree\":%d,\"tp_degree\":1,\"world_size\":%d,"
                                + "\"framework\":\"load\",\"model_name\":\"m\",\"partition_method\":\"p\","
                                + "\"microbatch_size\":1,\"num_microbatches\":8}")
                            .formatted(pp, ranks / pp, ranks)))
                .build())
        .join()
        .body()
        .asText();
  }

  public static void main(String[] arguments) throws IOException {
    int[] n = Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
    int microbatches = n.length > 3 ? n[3] : 8;
    int iterations = n.length > 4 ? n[4] : 3;
    new ServerLoad(URI.create(arguments[0]), n[1], n[2], microbatches, iterations).run(n[0]);
  }
}
