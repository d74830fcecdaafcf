package colmenar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class IdentityTest {

  private static final UUID OLD = new UUID(0, 1);
  private static final UUID NEXT = new UUID(0, 2);

  private final Identity identity = new Identity(OLD);
  private final List<String> order = new CopyOnWriteArrayList<>();

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void what_is_being_done_as_the_old_node_is_over_before_its_work_is_taken_over() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<Void> deed =
        CompletableFuture.runAsync(
            () ->
                identity.act(
                    me -> {
                      begun.countDown();
                      hold(end);
                      order.add("done as " + me.getLeastSignificantBits());
                    }));
    hold(begun);

    CompletableFuture<Void> change =
        CompletableFuture.runAsync(() -> identity.become(NEXT, () -> order.add("taken over")));
    await().during(Duration.ofMillis(200)).until(() -> !change.isDone() && order.isEmpty());
    end.countDown();

    CompletableFuture.allOf(deed, change).join();
    assertThat(order).containsExactly("done as 1", "taken over");
  }

  @Test
  void nothing_is_done_as_the_new_node_before_the_work_of_the_old_one_is_taken_over() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<Void> change =
        CompletableFuture.runAsync(
            () ->
                identity.become(
                    NEXT,
                    () -> {
                      begun.countDown();
                      hold(end);
                      order.add("taken over");
                    }));
    hold(begun);

    CompletableFuture<UUID> deed =
        CompletableFuture.supplyAsync(
            () ->
                identity.as(
                    me -> {
                      order.add("done");
                      return me;
                    }));
    await().during(Duration.ofMillis(200)).until(() -> !deed.isDone() && order.isEmpty());
    end.countDown();

    assertThat(deed.join()).isEqualTo(NEXT);
    assertThat(order).containsExactly("taken over", "done");
    change.join();
  }

  @Test
  void who_cannot_become_another_stays_who_he_is() {
    assertThatThrownBy(
            () ->
                identity.become(
                    NEXT,
                    () -> {
                      throw new IllegalStateException("the database is away");
                    }))
        .hasMessage("the database is away");

    assertThat(identity.node()).isEqualTo(OLD);
    assertThat(identity.<UUID>as(me -> me)).isEqualTo(OLD);
  }
}
