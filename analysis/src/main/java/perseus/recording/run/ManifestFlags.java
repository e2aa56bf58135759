package perseus.recording.run;

import java.nio.file.Path;
import java.util.List;
import perseus.io.UserError;
import perseus.recording.log.RankPlace;

/**
 * Holds what a user says about a recording against what its {@code run.json} says: with either
 * believed blindly, measurements would get wrong frequencies or stages.
 *
 * @param file the manifest's file
 * @param manifest what it says
 */
record ManifestFlags(Path file, RunManifest manifest) {
  /**
   * @throws UserError if a flag contradicts the manifest; where that says nothing, flags count
   */
  void requireAgreement(RecordingOptions options) {
    List<FrequencyWindow> windows = FrequencyWindow.of(manifest.schedules());
    require("--num-microbatches", options.numMicrobatches(), manifest.numMicrobatches());
    require("--pp", options.ppDegree(), manifest.ppDegree());
    require("--dp", options.dpDegree(), manifest.dpDegree());
    require("--tp", options.tpDegree(), manifest.tpDegree());
    if (!windows.isEmpty()) {
      require("--num-prof-steps", options.numProfSteps(), manifest.numProfSteps());
      Integer warmups = options.warmupSchedules();
      long ran = manifest.schedules().stream().filter(RunManifest.Schedule::warmup).count();
      if (warmups != null && warmups != ran) {
        throw contradiction("--warmup-schedules", warmups, ran);
      }
      requireFrequencies(options.frequencies(), windows);
    }
    requireOrder(options.rankOrder());
  }

  /** A manifest written by hand may lack a number; it reads as 0 then. */
  private void require(String flag, Integer asked, int said) {
    if (asked != null && said > 0 && asked != said) {
      throw contradiction(flag, asked, said);
    }
  }

  private UserError contradiction(String flag, long asked, long said) {
    return new UserError(
        "%s is %d, but %s says %d; leave the flag out%s."
            .formatted(
                flag,
                asked,
                file,
                said,
                flag.equals("--num-microbatches")
                    ? ", and plan for other numbers with 'perseus-analyze plan PROFILE.csv'"
                    : ""));
  }

  /** All frequencies of a GPU may be given though only the first of them ran. */
  private void requireFrequencies(List<Integer> asked, List<FrequencyWindow> windows) {
    List<Integer> ran = windows.stream().map(FrequencyWindow::frequencyMhz).toList();
    if (asked != null && (asked.size() < ran.size() || !asked.subList(0, ran.size()).equals(ran))) {
      throw new UserError(
          "--frequencies lists other frequencies than the %d, %d to %d MHz, that %s says ran; leave the flag out."
              .formatted(ran.size(), ran.get(0), ran.get(ran.size() - 1), file));
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
            "--rank-order puts rank %d on stage %d, but %s on stage %d; leave the flag out."
                .formatted(rank.rank(), place.ppRank(), file, rank.ppRank()));
      }
    }
  }
}
