package perseus.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import perseus.extension.Registry;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Holds a value of the flag {@code --transport}, with which the user chooses how ranks exchange
 * tensors.
 *
 * @param text value of the flag {@code --transport}, such as {@code auto}
 * @param provider the extension that connects the ranks; null if the value of the flag is auto,
 *     nccl or tcp
 */
public record TransportChoice(String text, TransportProvider provider) {
  /** The ranks use NCCL if all of them can use NCCL; otherwise they use TCP. */
  public static final TransportChoice AUTO = new TransportChoice("auto", null);

  /** The ranks use NCCL, which sends tensors from GPU to GPU. */
  public static final TransportChoice NCCL = new TransportChoice("nccl", null);

  /** The ranks use TCP, which sends tensors through the memory of the hosts. */
  public static final TransportChoice TCP = new TransportChoice("tcp", null);

  private static final Registry<TransportProvider> REGISTRY =
      Registry.of("transport", TransportProvider.class, TransportProvider::name, List.of())
          .reserving(AUTO.text, NCCL.text, TCP.text);

  private static final int VERSIONS_PER_MINOR = 100;

  /**
   * Holds the decision about how the ranks of a job exchange tensors.
   *
   * @param nccl whether the ranks use NCCL; otherwise they use TCP or an extension
   * @param note sentence that tells the user the decision; null if the user does not need to know
   *     it
   */
  public record Decision(boolean nccl, String note) {}

  /**
   * Returns all values of the flag {@code --transport}.
   *
   * @throws UserError if an extension with a transport cannot be used
   */
  public static List<String> names() {
    return all().stream().map(TransportChoice::text).toList();
  }

  private static List<TransportChoice> all() {
    List<TransportChoice> all = new ArrayList<>(List.of(AUTO, NCCL, TCP));
    REGISTRY.all().forEach(provider -> all.add(new TransportChoice(provider.name(), provider)));
    return all;
  }

  /**
   * Returns the choice for a value of the flag {@code --transport}.
   *
   * @throws UserError if the flag has no such value, or if an extension with a transport cannot be
   *     used
   */
  public static TransportChoice named(String text) {
    return Named.find("transport", text, all(), TransportChoice::text);
  }

  /** Returns whether the ranks try to load NCCL. */
  public boolean mayUseNccl() {
    return equals(AUTO) || equals(NCCL);
  }

  /**
   * Returns the extension that connects the ranks; empty if the value of the flag is auto, nccl or
   * tcp.
   */
  public Optional<TransportProvider> extension() {
    return Optional.ofNullable(provider);
  }

  /**
   * Decides how the ranks of a job exchange tensors.
   *
   * @param ranks list that tells for each rank whether the rank can use NCCL; the entries may be
   *     null if {@link #mayUseNccl} returns false
   * @throws UserError if the user has chosen {@link #NCCL} but a rank cannot use NCCL
   */
  public Decision decide(List<NcclSupport> ranks) {
    if (provider != null) {
      return new Decision(
          false, "The ranks exchange tensors through the transport %s.".formatted(text));
    }
    if (!mayUseNccl() || ranks.size() == 1) {
      return new Decision(false, null);
    }
    String obstacle = obstacle(ranks);
    if (obstacle == null) {
      return new Decision(
          true,
          "The ranks exchange tensors through NCCL %s.".formatted(text(ranks.get(0).version())));
    }
    if (equals(NCCL)) {
      throw new UserError("%s. Use --transport tcp.".formatted(obstacle));
    }
    boolean anyGpu = ranks.stream().anyMatch(rank -> rank.gpu() != null);
    return new Decision(
        false,
        anyGpu
            ? "The ranks exchange tensors over TCP, which is slower than NCCL: %s%s."
                .formatted(obstacle.substring(0, 1).toLowerCase(Locale.ROOT), obstacle.substring(1))
            : null);
  }

  /**
   * Returns the reason why the ranks cannot use NCCL, as a sentence without a full stop; null if
   * all ranks can use NCCL.
   */
  private static String obstacle(List<NcclSupport> ranks) {
    Map<String, Integer> rankOfGpu = new HashMap<>();
    for (int rank = 0; rank < ranks.size(); rank++) {
      NcclSupport support = ranks.get(rank);
      if (support.obstacle() != null) {
        return "Rank %d %s".formatted(rank, support.obstacle());
      }
      if (support.version() != ranks.get(0).version()) {
        return "Rank %d has NCCL %s, but rank 0 has NCCL %s"
            .formatted(rank, text(support.version()), text(ranks.get(0).version()));
      }
      Integer other = support.gpu() == null ? null : rankOfGpu.put(support.gpu(), rank);
      if (other != null) {
        return "Ranks %d and %d share the GPU %s, but NCCL needs a GPU for each rank"
            .formatted(other, rank, support.gpu());
      }
    }
    return null;
  }

  /** Returns a version of NCCL as text, such as 2.28.9 for the number 22809. */
  private static String text(int version) {
    int minor = version / VERSIONS_PER_MINOR;
    return "%d.%d.%d"
        .formatted(
            minor / VERSIONS_PER_MINOR, minor % VERSIONS_PER_MINOR, version % VERSIONS_PER_MINOR);
  }
}
