package perseus.recording.run;

import java.nio.file.Path;
import java.util.List;
import perseus.io.UserError;
import perseus.recording.log.RankPlace;

/**
 * Compares what a user states about a recording with its {@code run.json}. If they disagree,
 * neither can be trusted: measurements would get wrong frequencies or stages.
 *
 * @param file the manifest's file
 * @param manifest the manifest's contents
 */
record ManifestFlags(Path file, RunManifest manifest) {
  /**
   * Checks that all options agree with the manifest. Options about which the manifest says nothing
   * are accepted.
   *
   * @throws UserError if an option contradicts the manifest
   */
  void requireAgreement(RecordingOptions options) {
    List<FrequencyWindow> windows = FrequencyWindow.of(manifest.schedules());
    requireEqual("--num-microbatches", options.numMicrobatches(), manifest.numMicrobatches());
    requireEqual("--pp", options.ppDegree(), manifest.ppDegree());
    requireEqual("--dp", options.dpDegree(), manifest.dpDegree());
    requireEqual("--tp", options.tpDegree(), manifest.tpDegree());
    if (!windows.isEmpty()) {
      requireEqual("--num-prof-steps", options.numProfSteps(), manifest.numProfSteps());
      Integer warmups = options.warmupSchedules();
      long ran = manifest.schedules().stream().filter(RunManifest.Schedule::warmup).count();
      if (warmups != null && warmups != ran) {
        throw contradiction("--warmup-schedules", warmups, ran);
      }
      requireFrequencies(options.frequencies(), windows);
    }
    requireOrder(options.rankOrder());
  }

  /** A manifest written by hand may lack a number, which is read as 0. */
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

  /** A run may have ended early, so the user may give more frequencies than ran. */
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
