package perseus.recording.log;

/**
 * One rank's place in a job.
 *
 * @param rank global rank, the {@code R} of its files
 * @param dpRank number of its pipeline, from 0
 * @param ppRank number of its stage, from 0
 * @param tpRank its share of the stage, from 0
 * @param host name of the host that it ran on; null where unknown
 * @param device its GPU; null where unknown
 */
public record RankPlace(int rank, int dpRank, int ppRank, int tpRank, String host, String device) {}
