package perseus.control.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.control.FrequencySchedule;
import perseus.control.JobInfo;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.parallel.Degrees;

/**
 * Compares JSON bodies and headers with the exact expected texts, because clients and servers of
 * other projects read them.
 */
class ProtocolBodiesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JobInfo JOB =
      new JobInfo("perseus", "gpt3-xl", "uniform", new Degrees(2, 3, 4), 8, 16);
  private static final RankInfo RANK =
      new RankInfo(
          5,
          1,
          0,
          2,
          List.of(PipeInstruction.LOAD, PipeInstruction.FORWARD, PipeInstruction.PURE_BACKWARD),
          List.of(1410, 1395));
  private static final FrequencySchedule SCHEDULE =
      new FrequencySchedule(5, List.of(1410, 1410, 1395));

  private static void assertJson(Object value, String expected) throws JsonProcessingException {
    assertThat(JSON.writeValueAsString(value)).isEqualTo(expected.replace('\'', '"'));
  }

  @Test
  void researchBodiesHaveThePublishedFields() throws JsonProcessingException {
    assertJson(
        Protocol.RESEARCH.job(JOB),
        "{'job_id':'','pp_degree':2,'dp_degree':3,'tp_degree':4,'world_size':24,"
            + "'framework':'perseus','model_name':'gpt3-xl','partition_method':'uniform',"
            + "'microbatch_size':8,'num_microbatches':16}");
    assertJson(
        Protocol.RESEARCH.rank("id", RANK),
        "{'rank':5,'dp_rank':1,'pp_rank':0,'tp_rank':2,"
            + "'pipe_schedule':['load','forward','pure_backward'],"
            + "'power_state_range':[1410,1395],'job_id':'id'}");
    assertJson(
        Protocol.RESEARCH.schedule(RANK, SCHEDULE), "{'rank':5,'power_states':[1410,1410,1395]}");
  }

  @Test
  void zeusBodiesHaveThePublishedFields() throws JsonProcessingException {
    assertJson(
        Protocol.ZEUS.job(JOB),
        "{'job_id':'','pp_degree':2,'dp_degree':3,'tp_degree':4,'world_size':24,"
            + "'job_metadata':'perseus+gpt3-xl'}");
    assertJson(
        Protocol.ZEUS.rank("id", RANK),
        "{'rank':5,'dp_rank':1,'pp_rank':0,'tp_rank':2,'available_frequencies':[1410,1395]}");
    assertJson(
        Protocol.ZEUS.schedule(RANK, SCHEDULE),
        "{'rank':5,'frequencies':[['forward',1410],['pure_backward',1395]]}");
  }

  @Test
  void resultBodyHasThePublishedFields() throws JsonProcessingException {
    assertJson(
        new RankResult(
            5,
            new double[] {1.5},
            new double[] {100},
            Map.of("forward", new double[][] {{0.25, 0.5}}),
            null),
        "{'rank':5,'iter_time':[1.5],'iter_energy':[100.0],"
            + "'time_breakdown':{'forward':[[0.25,0.5]]},'energy_breakdown':{}}");
  }

  @Test
  void statesAreReadAsTheyAreWritten() {
    for (Protocol protocol : Protocol.values()) {
      assertThat(protocol.readStates(RANK, JSON.valueToTree(protocol.states(RANK, SCHEDULE))))
          .isEqualTo(SCHEDULE.powerStates());
    }
  }

  @Test
  void headersDescribeTheRound() {
    assertThat(RoundHeaders.of(new Round(3, true, 1410, "a b", List.of(SCHEDULE)), 7))
        .isEqualTo(
            Map.of(
                "Perseus-Round", "3",
                "Perseus-Rounds", "7",
                "Perseus-Warmup", "true",
                "Perseus-Frequency", "1410",
                "Perseus-Plan", "a+b"));
    assertThat(RoundHeaders.of(new Round(0, false, null, null, List.of(SCHEDULE)), 7))
        .containsOnlyKeys("Perseus-Round", "Perseus-Rounds", "Perseus-Warmup");
  }
}
