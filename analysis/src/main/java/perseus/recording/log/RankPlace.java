package perseus.recording.log;

/**
 * Describes where one rank (one GPU process) is in a job: its global rank, its data-parallel
 * pipeline, its pipeline stage, and its host.
 *
 * @param rank global rank, which numbers the ranks of the job from 0; the names of the rank's log
 *     files contain this number
 * @param dpRank number of the data-parallel pipeline to which the rank belongs, from 0
 * @param ppRank number of the pipeline stage that the rank executes, from 0
 * @param tpRank number of the rank among the tensor-parallel ranks that share its stage, from 0
 * @param host name of the host on which the rank ran; null if unknown
 * @param device GPU that the rank uses; null if unknown
 */
public record RankPlace(int rank, int dpRank, int ppRank, int tpRank, String host, String device) {}
