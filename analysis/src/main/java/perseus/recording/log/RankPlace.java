package perseus.recording.log;

/**
 * Describes the place of a rank (GPU process) in a job: its global rank, its pipeline, its stage
 * and its host.
 *
 * @param rank global rank, from 0, which is part of the names of the rank's log files
 * @param dpRank number of the rank's data-parallel pipeline, from 0
 * @param ppRank number of the rank's pipeline stage, from 0
 * @param tpRank number of the rank among the tensor-parallel ranks of its stage, from 0
 * @param host name of the host on which the rank ran; null if unknown
 * @param device GPU that the rank uses; null if unknown
 */
public record RankPlace(int rank, int dpRank, int ppRank, int tpRank, String host, String device) {}
