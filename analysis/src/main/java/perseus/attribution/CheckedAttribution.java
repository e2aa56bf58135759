package perseus.attribution;

import java.util.List;
import perseus.attribution.result.Attributed;
import perseus.extension.Extensions;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.recording.Recording;
import perseus.recording.log.RankPlace;

/** Checks that the attribution method of an extension returns the energies of every rank. */
record CheckedAttribution(Attribution method) implements Attribution {
  @Override
  public String name() {
    return method.name();
  }

  @Override
  public Attributed attribute(Recording recording, Progress progress) {
    Attributed attributed = method.attribute(recording, progress);
    List<RankPlace> places = attributed.ranks().stream().map(rank -> rank.place()).toList();
    if (!places.equals(recording.ranks())) {
      throw new UserError(
          "The attribution method %s (class %s) returned the energies of %d ranks, but needs those of all %d ranks in their order. Use another method, or correct the extension."
              .formatted(
                  name(), Extensions.origin(method), places.size(), recording.ranks().size()));
    }
    return attributed;
  }
}
