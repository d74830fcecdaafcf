package colmenar.task;

import colmenar.platform.Database;
import colmenar.platform.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds tasks by filter, in the order of their ids, however many there are: each look walks one
 * index from one id on. So states whose tasks are in different indexes are looked at one by one,
 * and the bounds are said of every table, because a database does not conclude them from a join.
 *
 * <p>No index knows where a text stands. So tasks that fit the rest of the filter are read page by
 * page, each with whether the text is in it.
 */
final class MatchStore {

  /** Tasks that are read at once to look for a text in them. */
  private static final int PAGE = 1000;

  private static final String SELECT =
      "SELECT t.id, t.state, t.backend, r.method_name, r.method_version, r.input_bytes, ";

  private static final String FROM = " FROM task t JOIN task_request r ON r.task_id = t.id";

  /** Parts are joined by a character that stands in none of them. */
  private static final String HAS_TEXT =
      """
      POSITION(lower(CAST(? AS varchar)) IN lower(CONCAT_WS('\u0001', CAST(t.id AS varchar),
        r.method_name, r.topic, r.owner, r.campaign, r.client_id, r.labels,
        CASE WHEN r.input_bytes <= 4000 THEN r.args END,
        CASE WHEN r.input_bytes <= 4000 THEN r.kwargs END,
        CASE WHEN t.state = 'FAILED' THEN (
          SELECT CONCAT_WS('\u0001', a.failure_type, a.failure_message) FROM attempt a
          WHERE a.task_id = t.id AND a.number = t.attempts) END))) > 0""";

  private static final Comparator<Seen> BY_ID =
      Comparator.comparing(seen -> seen.match().id(), Ids.ORDER);

  private final Database database;

  MatchStore(Database database) {
    this.database = database;
  }

  List<Match> look(TaskFilter filter, Span span, int most) {
    return filter.text() == null
        ? page(filter, span, most).stream().map(Seen::match).toList()
        : search(filter, span, most, Patience.ENDLESS).found();
  }

  /**
   * @param patience with the tasks that fit the rest of the filter
   */
  Search search(TaskFilter filter, Span span, int most, Patience patience) {
    long begin = System.nanoTime();
    List<Match> found = new ArrayList<>();
    UUID last = null;
    int lookedAt = 0;
    Span rest = span;
    do {
      int many = Math.min(PAGE, patience.tasks() - lookedAt);
      List<Seen> page = page(filter, rest, many);
      for (Seen seen : page) {
        lookedAt++;
        last = seen.match().id();
        if (seen.fits()) {
          found.add(seen.match());
        }
        if (found.size() == most) {
          return new Search(found, lookedAt, last, false);
        }
      }
      if (last == null || page.size() < many) {
        return new Search(found, lookedAt, last, true);
      }
      rest = rest.beyond(last);
    } while (!patience.isOver(lookedAt, begin));
    return new Search(found, lookedAt, last, false);
  }

  private List<Seen> page(TaskFilter filter, Span span, int most) {
    List<Seen> found = new ArrayList<>();
    try (Connection connection = database.connect()) {
      for (Set<TaskState> states : branches(filter)) {
        found.addAll(look(connection, filter, states, span, most));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot look for tasks", e);
    }
    return found.stream().sorted(span.ascending() ? BY_ID : BY_ID.reversed()).limit(most).toList();
  }

  /** Each terminal state is a part of an index of its own; the others are few, and at its end. */
  static List<Set<TaskState>> branches(TaskFilter filter) {
    Set<TaskState> states =
        filter.states().isEmpty()
            ? EnumSet.allOf(TaskState.class)
            : EnumSet.copyOf(filter.states());
    if (filter.failureClass() != null || filter.failureGroup() != null) {
      states.retainAll(Set.of(TaskState.FAILED));
    } else if (states.size() == TaskState.values().length) {
      return List.of(Set.of());
    }
    List<Set<TaskState>> branches = new ArrayList<>();
    Set<TaskState> unfinished = EnumSet.noneOf(TaskState.class);
    for (TaskState state : states) {
      if (state.terminal()) {
        branches.add(Set.of(state));
      } else {
        unfinished.add(state);
      }
    }
    if (!unfinished.isEmpty()) {
      branches.add(unfinished);
    }
    return branches;
  }

  private static List<Seen> look(
      Connection connection, TaskFilter filter, Set<TaskState> states, Span span, int most)
      throws SQLException {
    Question question = new Question(filter, states, span);
    try (PreparedStatement ask = connection.prepareStatement(question.text(most))) {
      for (int i = 0; i < question.parameters.size(); i++) {
        ask.setObject(i + 1, question.parameters.get(i));
      }
      List<Seen> found = new ArrayList<>();
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          found.add(
              new Seen(
                  new Match(
                      rows.getObject(1, UUID.class),
                      TaskState.valueOf(rows.getString(2)),
                      rows.getString(3),
                      rows.getString(4),
                      rows.getInt(5),
                      rows.getLong(6)),
                  rows.getBoolean(7)));
        }
      }
      return found;
    }
  }

  /** A task that fits the rest of a filter, and whether its text is in it. */
  private record Seen(Match match, boolean fits) {}

  /** The statement for one branch. What has an index of its own names the order for H2. */
  static final class Question {

    private final StringBuilder joins = new StringBuilder();
    private final StringBuilder where = new StringBuilder();
    final List<Object> parameters = new ArrayList<>();
    private final List<Object> conditions = new ArrayList<>();
    private final List<String> ids = new ArrayList<>(List.of("t.id", "r.task_id"));
    private final String direction;
    private final String fits;
    private String order = "t.id";

    Question(TaskFilter filter, Set<TaskState> states, Span span) {
      direction = span.ascending() ? " ASC" : " DESC";
      fits = filter.text() == null ? "TRUE" : HAS_TEXT;
      if (filter.text() != null) {
        parameters.add(filter.text());
      }
      if (!states.isEmpty()) {
        // Literals, because the indexes have the rows of some states only.
        where.append(
            states.stream()
                .map(state -> "'" + state.name() + "'")
                .collect(Collectors.joining(", ", " AND t.state IN (", ")")));
        order = states.size() == 1 ? "t.state%1$s, t.id" : order;
      }
      equal("t.backend", filter.backend(), UnaryOperator.identity());
      equal("t.failure_class", name(filter.failureClass()), UnaryOperator.identity());
      group(filter.failureGroup());
      indexed("r.owner", filter.owner());
      indexed("r.method_name", filter.method());
      indexed("r.topic", filter.topic());
      indexed("r.campaign", filter.campaign());
      new TreeMap<>(filter.labels()).forEach(this::label);
      oneOf(filter.ids());
      bounds(">", span.above());
      bounds("<", span.below());
      bounds(">", least(filter.since()));
      bounds("<", least(filter.until()));
      parameters.addAll(conditions);
    }

    private void group(@Nullable String group) {
      equal("t.failure_group", group, before -> "t.failure_group%1$s, t.id");
    }

    private static @Nullable String name(@Nullable Enum<?> constant) {
      return constant == null ? null : constant.name();
    }

    private static @Nullable UUID least(@Nullable Instant instant) {
      return instant == null ? null : Ids.least(instant);
    }

    private void indexed(String column, @Nullable String value) {
      equal(column, value, before -> column + "%1$s, r.task_id");
    }

    private void equal(String column, @Nullable String value, UnaryOperator<String> ordered) {
      if (value != null) {
        where.append(" AND ").append(column).append(" = ?");
        conditions.add(value);
        order = ordered.apply(order);
      }
    }

    private void label(String name, String value) {
      String table = "l" + ids.size();
      joins.append(
          " JOIN task_label %1$s ON %1$s.task_id = t.id AND %1$s.label = ? AND %1$s.label_value = ?"
              .formatted(table));
      parameters.add(name);
      parameters.add(value);
      ids.add(table + ".task_id");
      order = table + ".label%1$s, " + table + ".label_value%1$s, " + table + ".task_id";
    }

    private void oneOf(Set<UUID> named) {
      if (!named.isEmpty()) {
        // Of both tables, so that each finds them by its key.
        for (String id : List.of("t.id", "r.task_id")) {
          where.append(" AND %s = ANY (?)".formatted(id));
          conditions.add(named.stream().sorted(Ids.ORDER).toArray(UUID[]::new));
        }
      }
    }

    private void bounds(String operator, @Nullable UUID bound) {
      if (bound != null) {
        for (String id : ids) {
          where.append(" AND %s %s ?".formatted(id, operator));
          conditions.add(bound);
        }
      }
    }

    String text(int most) {
      return SELECT
          + fits
          + FROM
          + joins
          + (where.isEmpty() ? "" : " WHERE " + where.substring(" AND ".length()))
          + " ORDER BY "
          + order.formatted(direction)
          + direction
          + " LIMIT "
          + most;
    }
  }
}
