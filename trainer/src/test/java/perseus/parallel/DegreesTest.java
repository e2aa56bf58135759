package perseus.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DegreesTest {
  @Test
  void ranksAndPlacesAreOneToOne() {
    Degrees degrees = new Degrees(4, 3, 2);
    assertThat(degrees.worldSize()).isEqualTo(24);
    for (int rank = 0; rank < degrees.worldSize(); rank++) {
      assertThat(degrees.rank(degrees.dpRank(rank), degrees.tpRank(rank), degrees.ppRank(rank)))
          .isEqualTo(rank);
    }
    assertThat(degrees.ppRank(7)).isEqualTo(3);
    assertThat(degrees.tpRank(7)).isEqualTo(1);
    assertThat(degrees.dpRank(8)).isEqualTo(1);
  }
}
