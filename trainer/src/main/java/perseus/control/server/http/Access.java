package perseus.control.server.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * Who may call. With a token, a call shows it as {@code Authorization: Bearer TOKEN}; a browser
 * opens {@code /?token=TOKEN} once and keeps it as a cookie.
 *
 * <p>A server without a token that listens on this host alone trusts whoever is on this host. A
 * browser there runs pages of anywhere, and a page's name may be made to point to this host once
 * the page is loaded (DNS rebinding): its calls then look like those of the server's own page, but
 * for the name in {@code Host}. Hence it must be one that no page from elsewhere has.
 */
public final class Access {
  private static final String NAME = "perseus_token";

  /** No name of a host ends in a number, and none has brackets. */
  private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");

  private static final Pattern LOCALHOST = Pattern.compile("(?i)(.*\\.)?localhost");

  private final String token;
  private final String host;
  private final boolean isLocal;

  /**
   * @param host the address that the server binds to
   * @param token null for none
   */
  public Access(String host, String token) {
    this.host = host;
    this.token = token;
    this.isLocal = isLoopback(host);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      // Nothing listens there.
      return false;
    }
  }

  /**
   * @throws HttpError 401 without the token, 403 for what another page makes a browser send, be it
   *     only a picture's address: to fetch a schedule is to take it
   */
  public void require(Request request, Response response) {
    if (token == null && isLocal) {
      requireLocalName(request.getHttpURI().getHost());
    }
    String site = request.getHeaders().get("Sec-Fetch-Site");
    boolean looks =
        request.getMethod().equals("GET")
            && !request.getHttpURI().getPath().startsWith("/schedule/");
    // Only browsers say it; "none" is a person's own doing.
    if (site != null && !looks && !site.equals("same-origin") && !site.equals("none")) {
      throw new HttpError(403, "Calls from other pages than the server's own are not served.");
    }
    if (token == null) {
      return;
    }
    String fromQuery = Request.extractQueryParameters(request).getValue("token");
    String bearer = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    String fromHeader =
        bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)
            ? bearer.substring(7).trim()
            : null;
    Stream<String> fromCookies =
        Request.getCookies(request).stream()
            .filter(cookie -> cookie.getName().equals(NAME))
            .map(HttpCookie::getValue);
    if (Stream.concat(Stream.of(fromQuery == null ? "" : fromQuery), fromCookies)
            .noneMatch(this::fits)
        && !fits(fromHeader)) {
      throw new HttpError(
          401,
          (fromHeader == null && fromQuery == null ? "This server wants its token" : "Wrong token")
              + ": Authorization: Bearer TOKEN, in perseus-profile --perseus_token or PERSEUS_TOKEN.",
          "WWW-Authenticate",
          "Bearer");
    }
    if (fits(fromQuery)) {
      Response.addCookie(
          response,
          HttpCookie.build(NAME, token)
              .path("/")
              .httpOnly(true)
              .sameSite(HttpCookie.SameSite.STRICT)
              .build());
    }
  }

  /** Old protocols name no host; browsers do not speak them. */
  private void requireLocalName(String name) {
    if (name != null
        && !name.equalsIgnoreCase(host)
        && !ADDRESS.matcher(name).matches()
        && !LOCALHOST.matcher(name).matches()) {
      throw new HttpError(
          403,
          "A server without --token that listens on this host alone is called by an IP address or as"
              + " localhost, not as '"
              + name
              + "'.");
    }
  }

  /** Takes equally long wherever they differ. */
  private boolean fits(String shown) {
    return shown != null
        && MessageDigest.isEqual(
            shown.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
