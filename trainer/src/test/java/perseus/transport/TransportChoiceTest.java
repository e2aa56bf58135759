package perseus.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;

class TransportChoiceTest {
  private static final int VERSION = 22809;

  private static NcclSupport gpu(String uuid) {
    return new NcclSupport(uuid, VERSION, null);
  }

  private static void assertRefused(String word, NcclSupport... ranks) {
    TransportChoice.Decision automatic = TransportChoice.AUTO.decide(List.of(ranks));
    assertThat(automatic.nccl()).isFalse();
    assertThat(automatic.note()).contains("TCP", word);
    assertThatThrownBy(() -> TransportChoice.NCCL.decide(List.of(ranks)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(word)
        .hasMessageContaining("--transport tcp");
  }

  @Test
  void ranksWithAGpuEachUseNccl() {
    for (TransportChoice choice : List.of(TransportChoice.AUTO, TransportChoice.NCCL)) {
      TransportChoice.Decision decision = choice.decide(List.of(gpu("a"), gpu("b")));
      assertThat(decision.nccl()).isTrue();
      assertThat(decision.note()).contains("NCCL 2.28.9");
    }
  }

  @Test
  void ranksThatCannotUseNcclAreNamed() {
    assertRefused("GPU b", gpu("a"), gpu("b"), gpu("b"));
    assertRefused("anks 0 and 2 share", gpu("a"), gpu("b"), gpu("a"));
    assertRefused("rank 1 computes on the CPU".substring(5), gpu("a"), NcclSupport.ON_CPU);
    assertRefused("1 has no library", gpu("a"), NcclSupport.refused("b", "has no library"));
    assertRefused("1 has NCCL 2.18.5", gpu("a"), new NcclSupport("b", 21805, null));
  }

  @Test
  void jobOnCpusUsesTcpWithoutANote() {
    TransportChoice.Decision decision =
        TransportChoice.AUTO.decide(List.of(NcclSupport.ON_CPU, NcclSupport.ON_CPU));
    assertThat(decision).isEqualTo(new TransportChoice.Decision(false, null));
    assertThatThrownBy(
            () -> TransportChoice.NCCL.decide(List.of(NcclSupport.ON_CPU, NcclSupport.ON_CPU)))
        .hasMessageContaining("Rank 0 computes on the CPU");
  }

  @Test
  void tcpNeedsNoNccl() {
    assertThat(TransportChoice.TCP.decide(Arrays.asList(null, null)).nccl()).isFalse();
  }

  @Test
  void choiceIsFoundByItsName() {
    assertThat(TransportChoice.named("nccl")).isEqualTo(TransportChoice.NCCL);
    assertThatThrownBy(() -> TransportChoice.named("ncl"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("did you mean nccl");
  }
}
