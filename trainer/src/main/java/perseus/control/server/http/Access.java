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
 * Checks whether the plan server may accept an HTTP request. If the plan server has a token, a
 * client must send the header {@code Authorization} with the value {@code Bearer TOKEN}. A browser
 * opens {@code /?token=TOKEN} once, and then sends the token as a cookie.
 *
 * <p>If a plan server has no token and listens on the local host, it trusts the users of the host.
 * A browser on the server's host also runs pages of other sites, which the plan server must not
 * trust. An attacker can serve a page under a host name, and later give this name the address of
 * the plan server (DNS rebinding). After DNS rebinding, the call of the attacker's page differs
 * from other calls only by the host name in the header {@code Host}. Without a token, a server on
 * the local host accepts only names such as {@code localhost}, which no other site can have.
 */
public final class Access {
  private static final String COOKIE = "perseus_token";

  /**
   * Pattern of an IP address. No host name matches this pattern, because host names contain no
   * brackets and do not end in a number.
   */
  private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");

  private static final Pattern LOCALHOST = Pattern.compile("(?i)(.*\\.)?localhost");

  private final String token;
  private final String host;
  private final boolean isLocal;

  /**
   * @param host host name or IP address on which the plan server listens
   * @param token token that the plan server requires; null if the server has no token
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
      // The host is unknown, so the server cannot start on it, and the returned value is never
      // used.
      return false;
    }
  }

  /**
   * Checks whether a client may send a request to the plan server. If the query of the request
   * contains the token, the response tells the browser to store the token as a cookie.
   *
   * @param call first part of the path of the request
   * @throws HttpError with status 401 if the token is missing or wrong, and with status 403 if the
   *     host name is not accepted. Status 403 also means that a page of another site has sent a
   *     request that changes the server's state.
   */
  public void require(String call, Request request, Response response) {
    if (token == null && isLocal) {
      requireLocalName(request.getHttpURI().getHost());
    }
    requireOwnPage(call, request);
    if (token != null) {
      requireToken(request, response);
    }
  }

  /**
   * Checks the host name in a request. The host name may be missing, because clients with HTTP/1.0
   * send no host name. Browsers send a host name in every request.
   */
  private void requireLocalName(String name) {
    if (name != null
        && !name.equalsIgnoreCase(host)
        && !ADDRESS.matcher(name).matches()
        && !LOCALHOST.matcher(name).matches()) {
      throw new HttpError(
          403,
          "A server without a token that listens on the local host only must be called by an IP"
              + " address or as localhost, not as '"
              + name
              + "'.");
    }
  }

  private static void requireOwnPage(String call, Request request) {
    // Only browsers send the header Sec-Fetch-Site. The value "none" of the header Sec-Fetch-Site
    // means that a person has entered the address.
    String site = request.getHeaders().get("Sec-Fetch-Site");
    boolean isReadOnly = request.getMethod().equals("GET") && !call.equals("schedule");
    if (site != null && !isReadOnly && !site.equals("same-origin") && !site.equals("none")) {
      throw new HttpError(403, "Calls from pages of other sites are refused.");
    }
  }

  private void requireToken(Request request, Response response) {
    String fromQuery = Request.extractQueryParameters(request).getValue("token");
    String bearer = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    String fromHeader =
        bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)
            ? bearer.substring(7).trim()
            : null;
    Stream<String> fromCookies =
        Request.getCookies(request).stream()
            .filter(cookie -> cookie.getName().equals(COOKIE))
            .map(HttpCookie::getValue);
    if (Stream.concat(Stream.of(fromQuery == null ? "" : fromQuery), fromCookies)
            .noneMatch(this::isToken)
        && !isToken(fromHeader)) {
      throw new HttpError(
          401,
          (fromHeader == null && fromQuery == null ? "This server requires a token" : "Wrong token")
              + ": send Authorization: Bearer TOKEN; perseus-profile takes it from --perseus_token"
              + " or PERSEUS_TOKEN.",
          "WWW-Authenticate",
          "Bearer");
    }
    if (isToken(fromQuery)) {
      Response.addCookie(
          response,
          HttpCookie.build(COOKIE, token)
              .path("/")
              .httpOnly(true)
              .sameSite(HttpCookie.SameSite.STRICT)
              .build());
    }
  }

  /**
   * Returns whether a text is equal to the token of the server. The comparison takes the same time
   * for every text of the same length. Nobody can guess the token from the time that a comparison
   * takes.
   */
  private boolean isToken(String text) {
    return text != null
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
