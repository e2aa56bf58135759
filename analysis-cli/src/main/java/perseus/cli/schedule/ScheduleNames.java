package perseus.cli.schedule;

import java.util.Iterator;
import perseus.pipeline.Schedules;

/** Lists the names of pipeline schedules, for the help texts of commands. */
public final class ScheduleNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Schedules.names().iterator();
  }
}
