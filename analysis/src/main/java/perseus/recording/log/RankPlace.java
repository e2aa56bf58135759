package perseus.recording.log;

/**
 * The place of one rank in a job.
 *
 * @param rank global rank, which is the {@code R} in the names of its files
 * @param dpRank number of its pipeline, from 0
 * @param ppRank number of its stage, from 0
 * @param tpRank number of its part of the stage, from 0
 * @param host name of the host on which it ran; null if unknown
 * @param device its GPU; null if unknown
 */
public record RankPlace(int rank, int dpRank, int ppRank, int tpRank, String host, String device) {}
