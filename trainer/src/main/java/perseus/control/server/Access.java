package perseus.control.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/**
 * Who may call. With a token, a call shows it as {@code Authorization: Bearer TOKEN}; a browser
 * opens {@code /?token=TOKEN} once and keeps it as a cookie.
 */
final class Access {
  private static final String NAME = "perseus_token";

  private final String token;

  Access(String token) {
    this.token = token;
  }

  /**
   * @throws HttpError 401 without the token, 403 for what another site makes a browser send, be it
   *     only a picture's address: to fetch a schedule is to take it
   */
  void require(Request request, Response response) {
    String site = request.getHeaders().get("Sec-Fetch-Site");
    boolean looks =
        request.getMethod().equals("GET")
            && !request.getHttpURI().getPath().startsWith("/schedule/");
    if ("cross-site".equals(site) && !looks) {
      throw new HttpError(403, "Calls from other sites' pages are not served.");
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
          "This server wants its token: Authorization: Bearer TOKEN.",
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

  /** Takes equally long wherever they differ. */
  private boolean fits(String shown) {
    return shown != null
        && MessageDigest.isEqual(
            shown.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
