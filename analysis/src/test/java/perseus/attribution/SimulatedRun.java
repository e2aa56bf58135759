package perseus.attribution;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import perseus.recording.log.RankPlace;
import perseus.recording.run.RecordingOptions;
import perseus.recording.run.RunManifest;

/**
 * Simulates the recording of a 1F1B pipeline with known powers by a counter with known faults.
 * Tests compare the attributed energies with the true energies.
 */
final class SimulatedRun {
  /** Mean power of a forward at the highest frequency, in watts. */
  double forwardWatts = 420;

  /** Mean power of a backward at the highest frequency, in watts. */
  double backwardWatts = 300;

  /** Power between instructions in watts, at every frequency. */
  double blockingWatts = 84;

  /** Factors of the power of forwards at the first frequencies; 1 at all others. */
  double[] forwardPower = {};

  double forwardSeconds = 0.03;
  double backwardRatio = 2;
  int stages = 4;
  int microbatches = 16;
  int[] frequencies = {1410};
  double secondsPerFrequency = 120;

  /** Standard deviation of the duration of an instruction, as a share of the mean duration. */
  double jitter = 0.03;

  double gapSeconds = 0.0005;
  double betweenIterationsSeconds = 0.02;
  double periodSeconds = 0.1;

  /**
   * Maximum time in seconds by which the time in a row of the energy log is later than the update
   * of the counter.
   */
  double pollSeconds = 0.002;

  double lagSeconds = 0.02;

  /** Standard deviation of the energy of a counter update, as a share of the energy. */
  double noise = 0.01;

  /**
   * The power of an instruction is the mean power times 1 + {@code tilt} in the first half, and
   * times 1 - {@code tilt} in the second half.
   */
  double tilt = 0;

  /** Share of the time between two updates over which the counter averages the power. */
  double share = 1;

  /**
   * Maximum deviation of the time between two updates from the period of the counter, as a share of
   * the period.
   */
  double irregularity = 0;

  /**
   * Standard deviation of the power of single instances of an instruction, as a share of the mean
   * power.
   */
  double powerNoise = 0;

  /** Time constant in seconds of a low-pass filter of the power; 0 if there is no filter. */
  double lowPassSeconds = 0;

  /** Width in seconds of a running average of the power; 0 if the power is not averaged. */
  double averageSeconds = 0;

  /** Whether power samples are written. */
  boolean samples = false;

  double samplePeriodSeconds = 0.02;

  /** Standard deviation of the noise of a sample in watts. */
  double sampleNoiseWatts = 3;

  /**
   * If this number is n, one of n samples has a time stamp that is 10 ms too late; 0 if all time
   * stamps are right.
   */
  int lateSampleEvery = 0;

  /** Additional lag of each stage, in seconds. */
  double[] lagOfStage = {0, 0, 0, 0};

  /**
   * Relative rate by which the clock of the readings runs faster than the clock of the
   * instructions.
   */
  double drift = 0;

  /**
   * Duration and power of the first forward of an iteration, divided by the duration and power of
   * other forwards.
   */
  double firstForwardTime = 1;

  double firstForwardPower = 1;

  /**
   * Duration and power of the last backward of an iteration, divided by the duration and power of
   * other backwards.
   */
  double lastBackwardTime = 1;

  double lastBackwardPower = 1;

  /** Power in watts between two iterations, after the last instruction of a stage. */
  double betweenIterationsWatts = 84;

  /** Additional time in seconds after every eighth iteration, before the next iteration starts. */
  double everyEighthSeconds = 0;

  /**
   * One instruction in each group of {@code stallEvery} instructions stalls; 0 for none. During a
   * stall, the GPU waits for CUDA kernels for {@link #stallSeconds} in total, in many short waits.
   */
  int stallEvery = 0;

  double stallSeconds = 0;

  /**
   * Duration in seconds of work after the fifth backward of each iteration that is not recorded; 0
   * for none. It has the power of a backward.
   */
  double unrecordedSeconds = 0;

  /** Share of an instruction's time after which its end is recorded. */
  double recordedShare = 1;

  /**
   * Time in seconds by which the start of an instruction is recorded too early, but not before the
   * recorded end of the instruction before it.
   */
  double startsEarlySeconds = 0;

  /** Time quantum in seconds to which times of instructions are rounded down; 0 for none. */
  double instructionQuantum = 0;

  /** Time quantum in seconds to which times of counter readings are rounded down; 0 for none. */
  double counterQuantum = 0;

  /** Time quantum in seconds to which times of power samples are rounded down; 0 for none. */
  double sampleQuantum = 0;

  long seed = 1;
  int iterationsPerFrequency;

  /**
   * Number of warm-up phases at the first frequency, each as long as the measured phase of one
   * frequency.
   */
  int warmups = 0;

  /** Real clock in MHz; by default the requested frequency. */
  Clocks clocks = (stage, forward, f, done) -> frequencies[f];

  /**
   * Clock in MHz above which a stage's durations no longer fall, because its memory limits them.
   */
  double[] memoryBoundAboveMhz = {};

  /**
   * Rise of a GPU's temperature from 35 degrees Celsius, in kelvins, with a time constant of 30 s.
   */
  double warmingKelvins = 0;

  /** Relative change of the power per kelvin above 50 degrees Celsius. */
  double heatPerKelvin = 0;

  /** Whether the clock and the temperature are written to gpu-state-R.csv, twice a second. */
  boolean writesClocks = false;

  /** Computes the real clock of a GPU, which may differ from the requested frequency. */
  interface Clocks {
    /**
     * Returns the real clock in MHz.
     *
     * @param f index of the requested frequency
     * @param done fraction of the iterations at this frequency that are already simulated
     */
    double mhz(int stage, boolean forward, int f, double done);
  }

  /**
   * Returns the duration of an instruction of a stage at a clock, divided by its duration at the
   * highest frequency.
   */
  private double slowdown(int stage, double mhz) {
    double bound = stage < memoryBoundAboveMhz.length ? memoryBoundAboveMhz[stage] : 1e9;
    return 0.7 * Math.min(bound, frequencies[0]) / Math.min(bound, mhz) + 0.3;
  }

  /**
   * Returns the power of an instruction at a clock, divided by its power at the highest frequency.
   */
  private double powerShare(double mhz) {
    return Math.pow(mhz / frequencies[0], 1.7);
  }

  /**
   * Returns a run of three stages, whose sensor has the low-pass of many GPUs, and whose durations
   * and readings vary a little.
   */
  static SimulatedRun ofThreeStages() {
    SimulatedRun run = new SimulatedRun();
    run.stages = 3;
    run.microbatches = 8;
    run.lowPassSeconds = 0.0125;
    run.noise = 0.003;
    run.jitter = 0.01;
    return run;
  }

  /**
   * Returns the true mean duration in seconds of a forward or backward at the requested frequency.
   */
  double seconds(int stage, boolean forward, int f) {
    return meanSeconds(stage, forward, frequencies[f]);
  }

  private double meanSeconds(int stage, boolean forward, double mhz) {
    double seconds = forward ? forwardSeconds : forwardSeconds * backwardRatio;
    return seconds * durationShare(stage) * slowdown(stage, mhz);
  }

  /** Returns the true mean energy of a forward or backward in joules. */
  double joules(int stage, boolean forward, int f) {
    double watts = forward ? forwardWatts * forwardPower(f) : backwardWatts;
    return seconds(stage, forward, f) * watts * powerShare(frequencies[f]);
  }

  private double forwardPower(int f) {
    return f < forwardPower.length ? forwardPower[f] : 1;
  }

  /** Returns the durations of a stage, divided by the durations of stage 0. */
  private double durationShare(int stage) {
    return 1 + 0.07 * stage;
  }

  RecordingOptions options() {
    List<Integer> list = new ArrayList<>();
    for (int frequency : frequencies) {
      list.add(frequency);
    }
    return new RecordingOptions(
        microbatches, iterationsPerFrequency, list, warmups, null, null, null, null, null);
  }

  /** Writes run.json, which describes a run with one schedule for each frequency. */
  void writeManifest(Path directory, boolean overlapGradReduce) throws IOException {
    List<RankPlace> places = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      places.add(new RankPlace(s, 0, s, 0, null, null));
    }
    List<RunManifest.Schedule> schedules = new ArrayList<>();
    for (int f = 0; f < frequencies.length; f++) {
      schedules.add(
          new RunManifest.Schedule(
              f,
              false,
              frequencies[f],
              null,
              f * iterationsPerFrequency + 1,
              (f + 1) * iterationsPerFrequency,
              null,
              null,
              null));
    }
    Files.writeString(
        directory.resolve(RunManifest.FILE_NAME),
        new RunManifest(
                1,
                "perseus",
                "djl",
                "gpt3-xl",
                "uniform",
                IntStream.rangeClosed(0, stages).boxed().toList(),
                stages,
                1,
                1,
                4,
                microbatches,
                "1f1b",
                iterationsPerFrequency,
                null,
                "sim:a100-sxm",
                Arrays.stream(frequencies).boxed().toList(),
                "simulated",
                null,
                null,
                null,
                places,
                schedules,
                null,
                null,
                overlapGradReduce)
            .toJson());
  }

  private record Run(
      boolean forward, double start, double end, double mhz, double power, boolean recorded) {}

  /** Writes the logs of all ranks, with instructions grouped by kind as Merak writes them. */
  void write(Path directory) throws IOException {
    Random random = new Random(seed);
    double iteration =
        (microbatches + stages - 1)
            * forwardSeconds
            * (1 + backwardRatio)
            * durationShare(stages - 1);
    if (iterationsPerFrequency == 0) {
      iterationsPerFrequency = Math.max(1, (int) Math.ceil(secondsPerFrequency / iteration));
    }
    List<List<Run>> runs = new ArrayList<>();
    for (int s = 0; s < stages; s++) {
      runs.add(new ArrayList<>());
    }
    double clock = 1.7e9 + 5;
    for (int w = -warmups; w < frequencies.length; w++) {
      for (int i = 0; i < iterationsPerFrequency; i++) {
        double done = (double) i / iterationsPerFrequency;
        clock = iterate(clock, Math.max(0, w), done, runs, random) + betweenIterationsSeconds;
        clock += i % 8 == 7 ? everyEighthSeconds : 0;
      }
    }
    for (int s = 0; s < stages; s++) {
      writeInstructions(directory.resolve("instructions-" + s + ".csv"), runs.get(s));
      Path counter = directory.resolve("time-energy-" + s + ".csv");
      if (isSmooth()) {
        double[] watts = smoothed(runs.get(s), clock + 1);
        writeSmoothCounter(counter, watts, s, random);
        if (samples) {
          writeSamples(directory.resolve("power-samples-" + s + ".csv"), watts, s, random);
        }
      } else {
        writeCounter(counter, runs.get(s), clock, random);
      }
      if (writesClocks) {
        writeClocks(directory.resolve("gpu-state-" + s + ".csv"), runs.get(s));
      }
    }
  }

  /**
   * Simulates one iteration that begins at the time {@code clock}. Returns the time at which the
   * iteration ends.
   */
  private double iterate(double clock, int f, double done, List<List<Run>> runs, Random random) {
    double[][] forwardEnd = new double[stages][microbatches];
    double[][] backwardEnd = new double[stages][microbatches];
    double[] free = new double[stages];
    int[] forwards = new int[stages];
    int[] backwards = new int[stages];
    Arrays.fill(free, clock);
    boolean progress = true;
    while (progress) {
      progress = false;
      for (int s = 0; s < stages; s++) {
        boolean wantsForward =
            forwards[s] < microbatches && forwards[s] - backwards[s] < stages - s;
        if (wantsForward && (s == 0 || forwards[s - 1] > forwards[s])) {
          double ready = s == 0 ? clock : forwardEnd[s - 1][forwards[s]];
          forwardEnd[s][forwards[s]] = run(s, true, ready, free, f, done, runs, random);
          forwards[s]++;
          progress = true;
        } else if (!wantsForward
            && backwards[s] < forwards[s]
            && (s == stages - 1 || backwards[s + 1] > backwards[s])) {
          double ready = s == stages - 1 ? clock : backwardEnd[s + 1][backwards[s]];
          backwardEnd[s][backwards[s]] = run(s, false, ready, free, f, done, runs, random);
          backwards[s]++;
          progress = true;
        }
      }
    }
    double end = 0;
    for (double time : free) {
      end = Math.max(end, time);
    }
    return end;
  }

  private double run(
      int s,
      boolean forward,
      double ready,
      double[] free,
      int f,
      double done,
      List<List<Run>> runs,
      Random r) {
    double start = Math.max(ready, free[s]) + gapSeconds;
    double mhz = clocks.mhz(s, forward, f, done);
    double mean = meanSeconds(s, forward, mhz);
    long earlier =
        runs.get(s).stream().filter(run -> run.recorded && run.forward == forward).count();
    boolean first = forward && earlier % microbatches == 0;
    boolean last = !forward && earlier % microbatches == microbatches - 1;
    mean *= first ? firstForwardTime : last ? lastBackwardTime : 1;
    double power = forward ? forwardPower(f) : 1;
    power *= first ? firstForwardPower : last ? lastBackwardPower : 1;
    double seconds = mean * (1 + jitter * r.nextGaussian());
    double stall = stallEvery > 0 && r.nextInt(stallEvery) == 0 ? stallSeconds : 0;
    double end = start + seconds + stall;
    double watts = (forward ? forwardWatts : backwardWatts) * powerShare(mhz);
    power *= (seconds + stall * blockingWatts / watts) / (seconds + stall);
    free[s] = end;
    double noisy = power * (1 + powerNoise * r.nextGaussian());
    runs.get(s).add(new Run(forward, start, end, mhz, noisy, true));
    if (unrecordedSeconds > 0 && !forward && earlier % microbatches == 4) {
      free[s] = end + gapSeconds + unrecordedSeconds;
      runs.get(s).add(new Run(false, end + gapSeconds, free[s], mhz, power, false));
    }
    return end;
  }

  private void writeInstructions(Path file, List<Run> all) throws IOException {
    List<Run> runs = all.stream().filter(Run::recorded).toList();
    double[] ends = new double[runs.size()];
    double[] starts = new double[runs.size()];
    for (int i = 0; i < ends.length; i++) {
      Run run = runs.get(i);
      starts[i] = Math.max(i == 0 ? 0 : ends[i - 1], run.start - startsEarlySeconds);
      ends[i] = run.start + recordedShare * (run.end - run.start);
    }
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("instruction,start,end\n");
      for (boolean forward : new boolean[] {true, false}) {
        for (int i = 0; i < ends.length; i++) {
          if (runs.get(i).forward == forward) {
            out.write(
                String.format(
                    Locale.ROOT,
                    "%s,%.7f,%.7f%n",
                    forward ? "forward_microstep" : "backward_microstep",
                    rounded(starts[i], instructionQuantum),
                    rounded(ends[i], instructionQuantum)));
          }
        }
      }
    }
  }

  private double celsius(double time) {
    return 35 + warmingKelvins * (1 - Math.exp(-(time - BEGIN) / 30));
  }

  private void writeClocks(Path file, List<Run> runs) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("time,temperature_c,sm_mhz,event_reasons\n");
      double next = runs.get(0).start;
      for (Run run : runs) {
        for (; next <= run.end; next += 0.5) {
          out.write(String.format(Locale.ROOT, "%.6f,%.0f,%.0f,0%n", next, celsius(next), run.mhz));
        }
      }
    }
  }

  /** Returns whether the power is simulated in small time steps, and not integrated exactly. */
  private boolean isSmooth() {
    return lowPassSeconds > 0
        || averageSeconds > 0
        || samples
        || drift != 0
        || heatPerKelvin != 0
        || betweenIterationsWatts != blockingWatts
        || Arrays.stream(lagOfStage).anyMatch(lag -> lag != 0);
  }

  private static final double BEGIN = 1.7e9;
  private static final double STEP_SECONDS = 2.5e-4;

  /**
   * Returns the power in watts that a sensor without a lag shows, in steps of {@link #STEP_SECONDS}
   * from the Unix time 1.7e9 s on.
   */
  private double[] smoothed(List<Run> runs, double end) {
    double[] watts = new double[(int) ((end - BEGIN) / STEP_SECONDS)];
    int next = 0;
    int done = 0;
    for (int k = 0; k < watts.length; k++) {
      double time = BEGIN + (k + 0.5) * STEP_SECONDS;
      while (next < runs.size() && runs.get(next).end <= time) {
        next++;
        done++;
      }
      boolean busy = next < runs.size() && runs.get(next).start <= time;
      boolean between = !busy && done % (2 * microbatches) == 0;
      watts[k] = busy ? watts(runs.get(next)) : between ? betweenIterationsWatts : blockingWatts;
      watts[k] *= 1 + heatPerKelvin * (celsius(time) - 50);
    }
    double[] smooth = watts.clone();
    if (lowPassSeconds > 0) {
      double kept = Math.exp(-STEP_SECONDS / lowPassSeconds);
      for (int k = 1; k < smooth.length; k++) {
        smooth[k] = kept * smooth[k - 1] + (1 - kept) * watts[k];
      }
    }
    if (averageSeconds > 0) {
      int width = (int) Math.round(averageSeconds / STEP_SECONDS);
      double sum = width * watts[0];
      for (int k = 0; k < watts.length; k++) {
        sum += watts[k] - watts[Math.max(0, k - width)];
        smooth[k] = sum / width;
      }
    }
    return smooth;
  }

  private void writeSmoothCounter(Path file, double[] watts, int stage, Random random)
      throws IOException {
    double[] joules = new double[watts.length + 1];
    for (int k = 0; k < watts.length; k++) {
      joules[k + 1] = joules[k] + STEP_SECONDS * watts[k];
    }
    double lag = lagSeconds + lagOfStage[stage];
    double energy = 5000;
    double before = 0;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("time,energy\n");
      double last = BEGIN + STEP_SECONDS * watts.length;
      for (double t = BEGIN + 0.5 + random.nextDouble() * periodSeconds;
          t < last;
          t += periodSeconds) {
        double read = joules[(int) ((t - lag - BEGIN) / STEP_SECONDS)];
        energy += (read - before) * (before == 0 ? 0 : 1 + noise * random.nextGaussian());
        before = read;
        double noticed = t + pollSeconds * random.nextDouble();
        out.write(
            String.format(
                Locale.ROOT, "%.7f,%.3f%n", rounded(shown(noticed), counterQuantum), energy));
      }
    }
  }

  private void writeSamples(Path file, double[] watts, int stage, Random random)
      throws IOException {
    double lag = lagSeconds + lagOfStage[stage];
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("time,power\n");
      double last = BEGIN + STEP_SECONDS * watts.length;
      int count = 0;
      for (double t = BEGIN + 0.5 + 0.02 * random.nextDouble();
          t < last;
          t += samplePeriodSeconds) {
        double power = watts[(int) ((t - lag - BEGIN) / STEP_SECONDS)];
        boolean late = lateSampleEvery > 0 && ++count % lateSampleEvery == 0;
        out.write(
            String.format(
                Locale.ROOT,
                "%.6f,%.3f%n",
                rounded(shown(t + (late ? 0.01 : 0)), sampleQuantum),
                power + sampleNoiseWatts * random.nextGaussian()));
      }
    }
  }

  /** Converts a time on the clock of the instructions to the time on the clock of the readings. */
  private double shown(double time) {
    return time + drift * (time - BEGIN);
  }

  private static double rounded(double time, double quantum) {
    return quantum == 0 ? time : Math.floor(time / quantum) * quantum;
  }

  private void writeCounter(Path file, List<Run> runs, double end, Random random)
      throws IOException {
    double begin = 1.7e9;
    double phase = random.nextDouble() * periodSeconds;
    double energy = 5000;
    double[] cumulative = cumulativeJoules(runs);
    double before = 0;
    double previous = begin;
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("time,energy\n");
      double length;
      for (double t = begin + phase; t < end + lagSeconds + 1; t += length) {
        length = periodSeconds * (1 + irregularity * (2 * random.nextDouble() - 1));
        double to = t - lagSeconds;
        double from = previous - lagSeconds + (to + lagSeconds - previous) * (1 - share);
        previous = t;
        double used = (used(runs, cumulative, to) - used(runs, cumulative, from)) / share;
        energy += used * (1 + noise * random.nextGaussian());
        if (before > 0 || t > begin) {
          out.write(
              String.format(
                  Locale.ROOT,
                  "%.7f,%.3f%n",
                  rounded(t + pollSeconds * random.nextDouble(), counterQuantum),
                  energy));
        }
        before = energy;
      }
    }
  }

  /**
   * Returns, for the end of each instruction, the energy in joules that was used since 100 s before
   * the first instruction.
   */
  private double[] cumulativeJoules(List<Run> runs) {
    double[] cumulative = new double[runs.size() + 1];
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      double last = i == 0 ? 1.7e9 - 100 : runs.get(i - 1).end;
      cumulative[i + 1] =
          cumulative[i] + (run.start - last) * blockingWatts + (run.end - run.start) * watts(run);
    }
    return cumulative;
  }

  /** Returns the energy in joules that a rank has used up to {@code time}. */
  private double used(List<Run> runs, double[] cumulative, double time) {
    int low = 0;
    int high = runs.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (runs.get(middle).end <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    double last = low == 0 ? 1.7e9 - 100 : runs.get(low - 1).end;
    if (low == runs.size() || time <= runs.get(low).start) {
      return cumulative[low] + (time - last) * blockingWatts;
    }
    Run run = runs.get(low);
    double done = (time - run.start) / (run.end - run.start);
    double tilted = done < 0.5 ? done * (1 + tilt) : 0.5 * (1 + tilt) + (done - 0.5) * (1 - tilt);
    return cumulative[low]
        + (run.start - last) * blockingWatts
        + tilted * (run.end - run.start) * watts(run);
  }

  private double watts(Run run) {
    return (run.forward ? forwardWatts : backwardWatts) * powerShare(run.mhz) * run.power;
  }
}
