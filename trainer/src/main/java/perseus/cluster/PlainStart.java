package perseus.cluster;

import java.util.List;

/**
 * Describes a job whose process was started by a user or a script, and not by a program such as
 * srun. If a process was started directly, its job has one node, unless the user sets NNODES.
 */
final class PlainStart implements Starter {
  @Override
  public Setting nodes() {
    return new Setting("NNODES", 1);
  }

  @Override
  public Setting node() {
    return new Setting("NODE_RANK", 0);
  }

  @Override
  public String masterAddress() {
    return null;
  }

  @Override
  public int masterPort() {
    return Ports.DEFAULT;
  }

  @Override
  public void check(Setting nodeRank) {
    // No check is needed, because this class reads no environment variables.
  }

  @Override
  public List<String> notes() {
    return List.of();
  }
}
