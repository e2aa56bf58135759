package perseus.recording.run;

import java.nio.file.Path;
import java.util.List;
import perseus.io.UserError;
import perseus.recording.log.RankPlace;

/**
 * Checks that the user's flags agree with {@code run.json}. Contradicting flags would assign
 * measurements to wrong frequencies or stages.
 */
record ManifestFlags(Path file, RunManifest manifest) {
  /**
   * Checks that all values of the user agree with {@code run.json}. A value that is missing in
   * {@code run.json} agrees with any flag.
   *
   * @throws UserError if a flag contradicts {@code run.json}
   */
  void requireAgreement(RecordingOptions options) {
    List<FrequencyWindow> windows = FrequencyWindow.of(manifest.schedules());
    requireEqual("--num-microbatches", options.numMicrobatches(), manifest.numMicrobatches());
    requireEqual("--pp", options.ppDegree(), manifest.ppDegree());
    requireEqual("--dp", options.dpDegree(), manifest.dpDegree());
    requireEqual("--tp", options.tpDegree(), manifest.tpDegree());
    if (!windows.isEmpty()) {
      requireSteps(options.numProfSteps(), windows);
      Integer warmups = options.warmupSchedules();
      long ran = manifest.schedules().stream().filter(RunManifest.Schedule::warmup).count();
      if (warmups != null && warmups != ran) {
        throw contradiction("--warmup-schedules", warmups, ran);
      }
      requireFrequencies(options.frequencies(), windows);
    }
    requireOrder(options.rankOrder());
  }

  /**
   * Throws an error if the user's number of iterations per frequency differs from {@code run.json}.
   * If {@code run.json} has different numbers for different frequencies, any number of the user is
   * an error.
   */
  private void requireSteps(Integer given, List<FrequencyWindow> windows) {
    if (manifest.numProfSteps() != null) {
      requireEqual("--num-prof-steps", given, manifest.numProfSteps());
    } else if (given != null && windows.stream().anyMatch(window -> window.length() != given)) {
      throw new UserError(
          "--num-prof-steps is %d, but %s lists the iterations of each frequency, and their numbers differ; leave the flag out."
              .formatted(given, file));
    }
  }

  /**
   * Throws an error if a number of the user differs from {@code run.json}. A number that is missing
   * in {@code run.json} is read as 0 and is not compared.
   */
  private void requireEqual(String flag, Integer given, int inManifest) {
    if (given != null && inManifest > 0 && given != inManifest) {
      throw contradiction(flag, given, inManifest);
    }
  }

  private UserError contradiction(String flag, long given, long inManifest) {
    return new UserError(
        "%s is %d, but %s says %d; leave the flag out%s."
            .formatted(
                flag,
                given,
                file,
                inManifest,
                flag.equals("--num-microbatches")
                    ? ", and plan for other numbers with 'perseus-analyze plan PROFILE.csv'"
                    : ""));
  }

  /**
   * Throws an error if the user's list of frequencies does not begin with the frequencies in {@code
   * run.json}. The user's list of frequencies may be longer than the list in {@code run.json},
   * because the run may have ended early.
   */
  private void requireFrequencies(List<Integer> given, List<FrequencyWindow> windows) {
    List<Integer> ran = windows.stream().map(FrequencyWindow::frequencyMhz).toList();
    if (given != null && (given.size() < ran.size() || !given.subList(0, ran.size()).equals(ran))) {
      throw new UserError(
          "--frequencies lists other frequencies than %s, which says that %d ran, from %d to %d MHz; leave the flag out."
              .formatted(file, ran.size(), ran.get(0), ran.get(ran.size() - 1)));
    }
  }

  private void requireOrder(RankOrder order) {
    if (order == null || manifest.dpDegree() < 1 || manifest.tpDegree() < 1) {
      return;
    }
    for (RankPlace rank : manifest.ranks()) {
      RankPlace place =
          order.place(rank.rank(), manifest.ppDegree(), manifest.dpDegree(), manifest.tpDegree());
      if (place.ppRank() != rank.ppRank()
          || place.dpRank() != rank.dpRank()
          || place.tpRank() != rank.tpRank()) {
        throw new UserError(
            "--rank-order puts rank %d on stage %d of pipeline %d, but %s puts it on stage %d of pipeline %d; leave the flag out."
                .formatted(
                    rank.rank(),
                    place.ppRank(),
                    place.dpRank(),
                    file,
                    rank.ppRank(),
                    rank.dpRank()));
      }
    }
  }
}
