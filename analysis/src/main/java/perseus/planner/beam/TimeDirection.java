package perseus.planner.beam;

/**
 * Names the direction of time in which {@link BeamSearch} visits the operations of an iteration. A
 * search backwards in time is a search forwards in time over the network with reversed arcs.
 */
public enum TimeDirection {
  FORWARDS,
  BACKWARDS
}
