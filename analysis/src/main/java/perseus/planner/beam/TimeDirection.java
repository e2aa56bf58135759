package perseus.planner.beam;

/**
 * The direction in which {@link BeamSearch} goes through an iteration. A search backwards in time
 * is one forwards in time over the reversed event network.
 */
public enum TimeDirection {
  FORWARDS,
  BACKWARDS
}
