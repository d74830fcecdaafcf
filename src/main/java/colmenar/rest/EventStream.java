package colmenar.rest;

import colmenar.feed.Feed;
import colmenar.feed.Filter;
import colmenar.feed.Listener;
import colmenar.feed.Position;
import colmenar.problem.InvalidException;
import colmenar.problem.RefusedException;
import colmenar.security.Denial;
import colmenar.security.Entrance;
import colmenar.security.Role;
import colmenar.security.Tokens;
import colmenar.task.EventKind;
import jakarta.inject.Inject;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.Serial;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The stream of task events. A servlet, because writing to a client must not wait for him, and the
 * servers' streams of JAX-RS do when they are closed. {@link EventsResource} describes it.
 */
@WebServlet(urlPatterns = "/api/v1/events", asyncSupported = true)
public class EventStream extends HttpServlet {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger LOG = System.getLogger(EventStream.class.getName());
  private static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final String LAST_EVENT_ID_PARAMETER = "lastEventId";
  private static final int MOST_VALUES = 100;
  private static final Set<String> PARAMETERS =
      Set.of("task", "topic", "campaign", "owner", "method", "backend", "kind");

  private static final Jsonb JSON = JsonbBuilder.create();

  @Inject private transient Feed feed;
  @Inject private transient Tokens tokens;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      answer(request, response);
    } catch (RefusedException e) {
      e.retryAfter()
          .ifPresent(
              delay ->
                  response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(delay.toSeconds())));
      send(Problem.of(e), response);
    } catch (RuntimeException e) {
      String incident = UUID.randomUUID().toString();
      LOG.log(Level.ERROR, "incident " + incident, e);
      send(Problem.internal(incident), response);
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Denial denial = Denial.of(request).orElse(null);
    Entrance entrance = Entrance.of(request).orElse(null);
    if (denial != null || entrance == null) {
      challenge(denial, request, response);
    } else if (!request.isUserInRole(Role.MAY_VIEW)) {
      send(Problem.of(Response.Status.FORBIDDEN.getStatusCode(), null), response);
    } else if (!request.getMethod().equals("GET")) {
      response.setHeader(HttpHeaders.ALLOW, "GET");
      send(Problem.of(Response.Status.METHOD_NOT_ALLOWED.getStatusCode(), null), response);
    } else if (!acceptable(request.getHeader(HttpHeaders.ACCEPT))) {
      send(Problem.of(Response.Status.NOT_ACCEPTABLE.getStatusCode(), null), response);
    } else {
      listen(entrance, request, response);
    }
  }

  private static void challenge(
      @Nullable Denial denial, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Response answer = AccessFilter.answer(denial == null ? Denial.ANONYMOUS : denial, request);
    answer
        .getStringHeaders()
        .getOrDefault(HttpHeaders.WWW_AUTHENTICATE, List.of())
        .forEach(value -> response.addHeader(HttpHeaders.WWW_AUTHENTICATE, value));
    send((Problem) answer.getEntity(), response);
  }

  private static boolean acceptable(@Nullable String accept) {
    return accept == null
        || Stream.of(MediaType.SERVER_SENT_EVENTS, "text/*", "*/*").anyMatch(accept::contains);
  }

  private static void send(Problem problem, HttpServletResponse response) throws IOException {
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.getOutputStream().write(JSON.toJson(problem).getBytes(StandardCharsets.UTF_8));
  }

  private void listen(Entrance entrance, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Filter filter = filter(request);
    Position from = position(request);
    EventOutlet outlet = new EventOutlet();
    Listener listener = feed.listen(outlet, filter, new TokenPass(entrance.token(), tokens), from);
    boolean open = false;
    try {
      response.setContentType(MediaType.SERVER_SENT_EVENTS);
      response.setCharacterEncoding(StandardCharsets.UTF_8.name());
      response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      // Or nginx would keep the events until it has some more.
      response.setHeader("X-Accel-Buffering", "no");
      response.flushBuffer();
      outlet.open(request.startAsync(), listener::wake, listener::gone);
      open = true;
    } finally {
      if (!open) {
        listener.gone();
      }
    }
  }

  /** What a browser cannot say in the header at first, it may say as a parameter. */
  private static @Nullable Position position(HttpServletRequest request) {
    String header = request.getHeader(LAST_EVENT_ID);
    String name = header == null ? LAST_EVENT_ID_PARAMETER : LAST_EVENT_ID;
    String text = header == null ? request.getParameter(LAST_EVENT_ID_PARAMETER) : header;
    if (text == null || text.isEmpty()) {
      return null;
    }
    return Position.parse(text)
        .orElseThrow(
            () -> new InvalidException(name, "is no id of an event of this server: " + text));
  }

  private static Filter filter(HttpServletRequest request) {
    for (String name : request.getParameterMap().keySet()) {
      if (!PARAMETERS.contains(name) && !name.equals(LAST_EVENT_ID_PARAMETER)) {
        throw new InvalidException(name, "there is no such parameter");
      }
    }
    return new Filter(
        values(request, "task", text -> Parameters.id("task", text)),
        names(request, "topic"),
        names(request, "campaign"),
        names(request, "owner"),
        names(request, "method"),
        names(request, "backend"),
        values(request, "kind", EventStream::kind));
  }

  private static Set<String> names(HttpServletRequest request, String name) {
    return values(request, name, Function.identity());
  }

  private static <T> Set<T> values(
      HttpServletRequest request, String name, Function<String, T> read) {
    String[] texts = request.getParameterValues(name);
    if (texts == null) {
      return Set.of();
    }
    if (texts.length > MOST_VALUES) {
      throw new InvalidException(name, "must be there at most %d times".formatted(MOST_VALUES));
    }
    return Arrays.stream(texts).map(read).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static EventKind kind(String text) {
    return Arrays.stream(EventKind.values())
        .filter(kind -> kind.name().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidException(
                    "kind", "must be one of " + Arrays.toString(EventKind.values())));
  }
}
