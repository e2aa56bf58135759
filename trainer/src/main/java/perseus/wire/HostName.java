package perseus.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the name of this host. */
public final class HostName {
  private HostName() {}

  /** Returns the name of this host, or {@code localhost} if the system does not know the name. */
  public static String get() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
