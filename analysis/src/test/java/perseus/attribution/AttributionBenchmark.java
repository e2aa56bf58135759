package perseus.attribution;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import perseus.attribution.result.Attributed;
import perseus.io.Progress;
import perseus.profile.ProfileBuilder;
import perseus.recording.Recording;
import perseus.recording.run.RecordingOptions;

/**
 * Measures the time to read and attribute a recording. The benchmark writes a recording to a
 * temporary directory, analyzes it several times, prints the median time, and deletes the
 * directory. On a machine with other work, CPU seconds are more reliable.
 *
 * <pre>
 *   AttributionBenchmark [ranks counterRowsPerRank instructionRowsPerRank
 *       [repetitions [true|false [DIR]]]]
 * </pre>
 *
 * <p>Without arguments, the recording has eight ranks with a million counter rows each. The
 * arguments {@code 1024 36000 36000 1} give 1,024 ranks that record for one hour. Each rank then
 * has 10 counter updates and 10 instructions per second. The argument {@code true} adds 50 power
 * samples per second. If the argument DIR is given, the recording is written into the directory DIR
 * and is not deleted, so that other programs can read it.
 */
final class AttributionBenchmark {
  private static final int MICROBATCHES = 16;
  private static final int FREQUENCIES = 20;

  private AttributionBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    int ranks = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8;
    int updates = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
    int instructions = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1_000_000;
    int repetitions = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 3;
    boolean samples = arguments.length > 4 && Boolean.parseBoolean(arguments[4]);
    boolean keep = arguments.length > 5;
    Path directory =
        keep
            ? Files.createDirectories(Path.of(arguments[5]))
            : Files.createTempDirectory("perseus-benchmark");
    try {
      int steps = Math.max(1, instructions / (2 * MICROBATCHES * FREQUENCIES));
      IntStream.range(0, ranks)
          .parallel()
          .forEach(rank -> writeRank(directory, rank, steps * FREQUENCIES, updates, samples));
      List<Integer> frequencies =
          IntStream.range(0, FREQUENCIES).mapToObj(f -> 1410 - 15 * f).toList();
      RecordingOptions options =
          new RecordingOptions(
              MICROBATCHES,
              steps,
              frequencies,
              0,
              Math.min(ranks, 8),
              Math.max(1, ranks / 8),
              1,
              null,
              null);
      for (String method : new String[] {"deconvolution", "interpolation"}) {
        double[] seconds = new double[repetitions];
        double cpuBefore = cpuSeconds();
        for (int i = 0; i < repetitions; i++) {
          seconds[i] = run(directory, options, method);
        }
        Arrays.sort(seconds);
        System.out.printf(
            Locale.ROOT,
            "%s: %d ranks x (%d counter rows + %d instruction rows%s): median %.2f s of %s; %.1f CPU s each%n",
            method,
            ranks,
            updates,
            steps * FREQUENCIES * 2 * MICROBATCHES,
            samples ? " + " + 5 * updates + " samples" : "",
            seconds[repetitions / 2],
            Arrays.toString(seconds),
            (cpuSeconds() - cpuBefore) / repetitions);
      }
    } finally {
      if (!keep) {
        delete(directory);
      }
    }
  }

  private static double run(Path directory, RecordingOptions options, String method) {
    long begin = System.nanoTime();
    Recording recording = Recording.open(List.of(directory), options);
    Attributed attributed = Attributions.of(method).attribute(recording, Progress.NONE);
    ProfileBuilder.join(recording, attributed);
    return (System.nanoTime() - begin) / 1e9;
  }

  private static double cpuSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  /**
   * Writes the logs of one rank. The instructions are forwards and backwards with waits between
   * them. The energy counter measures known powers.
   */
  private static void writeRank(
      Path directory, int rank, int iterations, int updates, boolean samples) {
    Random random = new Random(rank);
    int pairs = iterations * MICROBATCHES;
    double span = updates * 0.1;
    double pair = span / pairs;
    double[] at = new double[4 * pairs];
    for (int i = 0; i < pairs; i++) {
      double start = 1.7e9 + 1 + i * pair;
      at[4 * i] = start;
      at[4 * i + 1] = start + pair * (0.25 + 0.01 * random.nextDouble());
      at[4 * i + 2] = at[4 * i + 1] + pair * 0.02 * random.nextDouble();
      at[4 * i + 3] = at[4 * i + 2] + pair * (0.5 + 0.02 * random.nextDouble());
    }
    try (OutputStream out = open(directory.resolve("instructions-" + rank + ".csv"))) {
      print(out, "instruction,start,end\n");
      for (int kind = 0; kind < 2; kind++) {
        String name = kind == 0 ? "forward_microstep," : "backward_microstep,";
        for (int i = 0; i < pairs; i++) {
          print(out, name);
          print(out, at[4 * i + 2 * kind], 10_000_000);
          out.write(',');
          print(out, at[4 * i + 2 * kind + 1], 10_000_000);
          out.write('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (OutputStream out = open(directory.resolve("time-energy-" + rank + ".csv"))) {
      print(out, "time,energy\n");
      double energy = 5000;
      int next = 0;
      double before = 1.7e9;
      for (int i = 1; i <= updates + 30; i++) {
        double tick = 1.7e9 + 0.1 * i;
        double seconds = tick - before;
        double joules = 84 * seconds;
        while (next < at.length && at[next + 1] < before) {
          next += 2;
        }
        for (int n = next; n < at.length && at[n] < tick; n += 2) {
          double overlap = Math.min(at[n + 1], tick) - Math.max(at[n], before);
          joules += Math.max(0, overlap) * ((n & 2) == 0 ? 336 : 216);
        }
        energy += joules * (1 + 0.01 * random.nextGaussian());
        before = tick;
        print(out, tick + 0.002 * random.nextDouble(), 10_000_000);
        out.write(',');
        print(out, energy, 1000);
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (samples) {
      writeSamples(directory.resolve("power-samples-" + rank + ".csv"), at, 5 * updates, random);
    }
  }

  /**
   * Writes a power sample every 20 ms. A low-pass filter with a time constant of 12.5 ms smooths
   * the power before it is sampled.
   */
  private static void writeSamples(Path file, double[] at, int samples, Random random) {
    try (OutputStream out = open(file)) {
      print(out, "time,power\n");
      double smooth = 84;
      double now = 1.7e9;
      int next = 0;
      for (int i = 1; i <= samples; i++) {
        double time = 1.7e9 + 0.02 * i;
        while (now < time) {
          while (next < at.length && at[next + 1] <= now) {
            next += 2;
          }
          boolean busy = next < at.length && at[next] <= now;
          double change = next >= at.length ? time : busy ? at[next + 1] : at[next];
          double until = Math.min(time, change);
          double watts = busy ? (next & 2) == 0 ? 420 : 300 : 84;
          smooth = watts + (smooth - watts) * Math.exp((now - until) / 0.0125);
          now = until;
        }
        print(out, time + 0.0002 * random.nextDouble(), 10_000_000);
        out.write(',');
        print(out, smooth + 3 * random.nextDouble(), 1000);
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OutputStream open(Path file) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
  }

  private static void print(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Prints a positive number with as many decimals as {@code unit} has zeros. */
  private static void print(OutputStream out, double value, int unit) throws IOException {
    long scaled = Math.round(value * unit);
    print(out, Long.toString(scaled / unit));
    out.write('.');
    print(out, Long.toString(unit + scaled % unit).substring(1));
  }
}
