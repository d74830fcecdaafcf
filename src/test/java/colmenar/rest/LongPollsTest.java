package colmenar.rest;

import static org.assertj.core.api.Assertions.assertThat;

import colmenar.cluster.Membership;
import colmenar.platform.Threads;
import colmenar.rest.LongPolls.Poll;
import colmenar.task.Campaign;
import colmenar.task.Inbox;
import colmenar.task.TaskChanges;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.TimeoutHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LongPollsTest {

  private static final UUID TASK = new UUID(7, 0);
  private static final Inbox INBOX = new Inbox("ada", "default");

  private final Queue<Runnable> looks = new ConcurrentLinkedQueue<>();
  private final List<Runnable> timers = new ArrayList<>();
  private final NodesAround nodes = new NodesAround();
  private final List<String> undelivered = new ArrayList<>();
  private final LongPolls longPolls = new LongPolls(new QueueingThreads(), nodes);

  private volatile Optional<String> answer = Optional.empty();
  private boolean noThreads;

  private Poll<String> poll() {
    return new Poll<>(() -> answer, String::toUpperCase, () -> "nothing", undelivered::add);
  }

  private Client ask(Object key, int seconds) {
    Client client = new Client();
    longPolls.answer(key, seconds, client.response(), poll());
    return client;
  }

  private static TaskChanges ended() {
    return new TaskChanges(Set.of(), Set.of(), Set.of(TASK), Set.of(), Set.of());
  }

  private static TaskChanges arrived() {
    return new TaskChanges(Set.of(), Set.of(), Set.of(), Set.of(INBOX), Set.of());
  }

  private void look() {
    for (Runnable look = looks.poll(); look != null; look = looks.poll()) {
      look.run();
    }
  }

  private void tick() {
    timers.get(0).run();
    look();
  }

  @Test
  void an_answer_that_is_there_is_given_at_once() {
    answer = Optional.of("a");

    assertThat(ask(TASK, 5).answers).containsExactly("A");
    assertThat(ask(TASK, 0).answers).containsExactly("A");
  }

  @Test
  void who_does_not_wait_hears_that_there_is_nothing() {
    assertThat(ask(TASK, 0).answers).containsExactly("nothing");
  }

  @Test
  void who_waits_hears_of_what_happens_to_his_task_or_in_his_inbox() {
    Client ofTask = ask(TASK, 5);
    Client ofInbox = ask(INBOX, 5);
    assertThat(looks).isEmpty();

    longPolls.changed(ended());
    look();
    assertThat(ofTask.answers).isEmpty();
    assertThat(ofInbox.answers).isEmpty();

    answer = Optional.of("a");
    longPolls.changed(ended());
    look();
    assertThat(ofTask.answers).containsExactly("A");
    assertThat(ofInbox.answers).isEmpty();

    longPolls.changed(arrived());
    look();
    assertThat(ofInbox.answers).containsExactly("A");
  }

  @Test
  void who_has_been_answered_is_forgotten() {
    ask(TASK, 5);
    answer = Optional.of("a");
    longPolls.changed(ended());
    look();

    longPolls.changed(ended());

    assertThat(looks).isEmpty();
  }

  @Test
  void who_waited_for_long_enough_hears_that_there_is_nothing_and_is_forgotten() {
    Client client = ask(TASK, 5);
    assertThat(client.seconds).isEqualTo(5);

    client.timeOut();
    answer = Optional.of("a");
    longPolls.changed(ended());

    assertThat(client.answers).containsExactly("nothing");
    assertThat(looks).isEmpty();
  }

  @Test
  void who_was_answered_just_before_his_time_was_over_is_answered_once() {
    Client client = ask(TASK, 5);
    answer = Optional.of("a");
    longPolls.changed(ended());
    longPolls.changed(ended());

    look();
    client.timeOut();

    assertThat(client.answers).containsExactly("A");
  }

  @Test
  void an_answer_that_did_not_reach_its_client_is_told() {
    Client client = ask(INBOX, 5);
    client.gone = true;
    answer = Optional.of("a");

    longPolls.changed(arrived());
    look();

    assertThat(undelivered).containsExactly("a");
  }

  @Test
  void a_fault_is_an_answer_too() {
    RuntimeException fault = new IllegalStateException("of a test");
    Client client = new Client();

    longPolls.answer(
        TASK,
        5,
        client.response(),
        new Poll<>(
            () -> {
              throw fault;
            },
            () -> "nothing"));

    assertThat(client.answers).containsExactly(fault);
  }

  @Test
  void alone_it_looks_for_ended_leases_now_and_then_and_for_nothing_else() {
    longPolls.start(null);
    Client ofTask = ask(TASK, 5);
    Client ofInbox = ask(INBOX, 5);
    answer = Optional.of("a");

    for (int i = 0; i < 5; i++) {
      tick();
    }

    assertThat(ofInbox.answers).containsExactly("A");
    assertThat(ofTask.answers).isEmpty();
  }

  @Test
  void of_a_campaign_nobody_tells_so_it_is_looked_at_all_the_time() {
    longPolls.start(null);
    tick();
    Client ofCampaign = ask(new Campaign("ada", "spring"), 5);
    Client ofInbox = ask(INBOX, 5);
    answer = Optional.of("a");

    tick();

    assertThat(ofCampaign.answers).containsExactly("A");
    assertThat(ofInbox.answers).isEmpty();
  }

  @Test
  void what_another_node_has_changed_is_found_by_looking() {
    nodes.alone = false;
    longPolls.start(null);
    Client ofTask = ask(TASK, 5);
    Client ofInbox = ask(INBOX, 5);
    answer = Optional.of("a");

    tick();

    assertThat(ofTask.answers).containsExactly("A");
    assertThat(ofInbox.answers).containsExactly("A");
  }

  @Test
  void without_a_thread_a_later_look_makes_up_for_it() {
    Client client = ask(TASK, 5);
    answer = Optional.of("a");
    noThreads = true;
    longPolls.changed(ended());
    look();
    assertThat(client.answers).isEmpty();

    noThreads = false;
    longPolls.changed(ended());
    look();

    assertThat(client.answers).containsExactly("A");
  }

  /** One goes, and takes the list with it, while the other comes. */
  @Test
  void who_comes_just_as_the_last_one_goes_is_not_forgotten() throws Exception {
    int rounds = 50_000;
    CyclicBarrier both = new CyclicBarrier(2);
    Thread other =
        new Thread(
            () -> {
              for (int i = 0; i < rounds; i++) {
                meet(both);
                longPolls.answer(
                    TASK,
                    5,
                    new Client().response(),
                    new Poll<>(() -> Optional.of("a"), () -> "nothing"));
                meet(both);
              }
            });
    other.setDaemon(true);
    other.start();

    for (int i = 0; i < rounds; i++) {
      Client client = new Client();
      answer = Optional.empty();
      meet(both);
      longPolls.answer(TASK, 5, client.response(), poll());
      meet(both);
      answer = Optional.of("a");
      longPolls.changed(ended());
      look();
      assertThat(client.answers).as("round %s", i).containsExactly("A");
    }
    other.join();
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keeps what it is answered. */
  private static final class Client {
    final List<Object> answers = new ArrayList<>();
    boolean gone;
    long seconds;
    private @Nullable TimeoutHandler late;

    AsyncResponse response() {
      return (AsyncResponse)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {AsyncResponse.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "resume" -> !gone && answers.add(arguments[0]);
                    case "setTimeout" -> {
                      seconds = (long) arguments[0];
                      yield true;
                    }
                    case "setTimeoutHandler" -> {
                      late = (TimeoutHandler) arguments[0];
                      yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                  });
    }

    void timeOut() {
      late.handleTimeout(null);
    }
  }

  /** Other nodes, or none. */
  private static final class NodesAround extends Membership {
    boolean alone = true;

    NodesAround() {
      super(null, null, "0.1", Optional.of("here"), 10);
    }

    @Override
    public boolean alone() {
      return alone;
    }
  }

  /** Keeps what it is given until the test runs it. */
  private final class QueueingThreads extends Threads {
    @Override
    public ManagedExecutorService executor() {
      return only(
          ManagedExecutorService.class,
          "execute",
          action -> {
            if (noThreads) {
              throw new RejectedExecutionException("no thread");
            }
            looks.add(action);
          });
    }

    @Override
    public ManagedScheduledExecutorService scheduler() {
      return only(ManagedScheduledExecutorService.class, "scheduleWithFixedDelay", timers::add);
    }

    private <T> T only(Class<T> type, String name, Consumer<Runnable> taker) {
      return type.cast(
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                if (!method.getName().equals(name)) {
                  throw new UnsupportedOperationException(method.getName());
                }
                taker.accept((Runnable) arguments[0]);
                return null;
              }));
    }
  }
}
