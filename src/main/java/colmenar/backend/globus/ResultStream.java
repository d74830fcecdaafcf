package colmenar.backend.globus;

import colmenar.platform.Threads;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Results as the service sends them, by one connection for all groups of tasks. Each connection
 * asks for an address of its own, as the password in it is good once. Thread-safe.
 */
final class ResultStream {

  private static final Logger LOG = System.getLogger(ResultStream.class.getName());

  /** What Python takes for false, and no header at all. */
  private static final Set<String> FALSE = Set.of("null", "false", "0", "");

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int CONNECT_MILLIS = 10_000;
  private static final int HEARTBEAT_SECONDS = 20;

  /** Of a group, that are taken and not committed. */
  private static final int MOST_UNCOMMITTED = 500;

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration AGAIN = Duration.ofSeconds(30);

  private final Supplier<ComputeApi.ResultQueues> queues;
  private final @Nullable Integer port;
  private final Threads threads;
  private final Map<UUID, Receiver> wanted = new ConcurrentHashMap<>();
  private final Set<UUID> followed = ConcurrentHashMap.newKeySet();
  private final Semaphore changes = new Semaphore(0);
  private volatile @Nullable String trouble;
  private boolean running;

  /**
   * Whom results of a group are told to.
   *
   * @param take its message is gone from the service when the stage completes
   * @param unreadable one was there that does not say all: the service has to be asked
   */
  record Receiver(Function<TaskResult, CompletionStage<Void>> take, Runnable unreadable) {}

  /**
   * @param queues asks where results are to be had
   * @param port instead of the one that the service names; null for that
   */
  ResultStream(Supplier<ComputeApi.ResultQueues> queues, @Nullable Integer port, Threads threads) {
    this.queues = queues;
    this.port = port;
    this.threads = threads;
  }

  /** From now on results of a group are told, those that came before included. */
  synchronized void follow(UUID group, Receiver receiver) {
    wanted.put(group, receiver);
    if (!running) {
      running = true;
      threads.thread(this::keep).start();
    }
    changes.release();
  }

  synchronized void leave(UUID group) {
    wanted.remove(group);
    changes.release();
  }

  /** Whether results of a group would be told now. */
  boolean follows(UUID group) {
    return followed.contains(group);
  }

  /** Why none are told; empty when they are. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  private void keep() {
    Duration pause = FIRST_PAUSE;
    while (goesOn()) {
      try {
        converse();
        pause = FIRST_PAUSE;
      } catch (ServiceException
          | IOException
          | TimeoutException
          | NoSuchAlgorithmException
          | IllegalArgumentException
          | AlreadyClosedException e) {
        disturbed(String.valueOf(e.getMessage()));
      } catch (RuntimeException | Error e) {
        LOG.log(Level.WARNING, "results of Globus Compute are not followed", e);
        disturbed(String.valueOf(e));
      }
      followed.clear();
      rest(pause);
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
  }

  /** Asked between two connections only: whoever is told that none runs starts another thread. */
  private synchronized boolean goesOn() {
    running = !wanted.isEmpty() && !Thread.currentThread().isInterrupted();
    return running;
  }

  private void rest(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    for (long left = pause.toNanos();
        left > 0 && !wanted.isEmpty();
        left = end - System.nanoTime()) {
      awaitChange(Duration.ofNanos(left));
    }
  }

  private void awaitChange(Duration longest) {
    try {
      if (changes.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS)) {
        changes.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void disturbed(String reason) {
    if (!reason.equals(trouble)) {
      LOG.log(
          Level.WARNING,
          () -> "results of Globus Compute are asked for one by one: %s".formatted(reason));
    }
    trouble = reason;
  }

  /** From a connection to its end. */
  private void converse() throws IOException, TimeoutException, NoSuchAlgorithmException {
    ComputeApi.ResultQueues address = queues.get();
    Connection connection = connect(BrokerAddress.parse(address.url(), port));
    try {
      trouble = null;
      Subscriptions subscriptions = new Subscriptions(connection, address.prefix());
      while (connection.isOpen() && !wanted.isEmpty()) {
        subscriptions.adapt();
        awaitChange(LOOK);
      }
    } catch (AlreadyClosedException e) {
      // In the midst of it.
    } finally {
      lost(connection.getCloseReason());
      connection.abort();
    }
  }

  private void lost(@Nullable ShutdownSignalException reason) {
    if (reason != null) {
      disturbed("the connection was lost: %s".formatted(reason.getMessage()));
    }
  }

  private Connection connect(BrokerAddress address)
      throws IOException, TimeoutException, NoSuchAlgorithmException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(address.host());
    factory.setPort(address.port());
    factory.setUsername(address.user());
    factory.setPassword(address.password());
    factory.setVirtualHost(address.virtualHost());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(CONNECT_MILLIS);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setThreadFactory(threads::thread);
    // Not the executor of attempts, which may be full of them.
    factory.setSharedExecutor(threads.scheduler());
    factory.setHeartbeatExecutor(threads.scheduler());
    if (address.tls()) {
      factory.useSslProtocol(SSLContext.getDefault());
      factory.enableHostnameVerification();
    }
    return factory.newConnection("colmenar");
  }

  /** What is followed by one connection; used by one thread. */
  private final class Subscriptions {

    private final Connection connection;
    private final String prefix;
    private final Map<UUID, Channel> channels = new HashMap<>();
    private final Map<UUID, Long> refusedAt = new HashMap<>();

    Subscriptions(Connection connection, String prefix) {
      this.connection = connection;
      this.prefix = prefix;
    }

    private boolean lacks(UUID group) {
      Channel channel = channels.get(group);
      Long refused = refusedAt.get(group);
      return (channel == null || !channel.isOpen())
          && (refused == null || System.nanoTime() - refused > AGAIN.toNanos());
    }

    void adapt() {
      for (Map.Entry<UUID, Receiver> each : wanted.entrySet()) {
        if (lacks(each.getKey())) {
          subscribe(each.getKey(), each.getValue());
        }
      }
      for (Map.Entry<UUID, Channel> each : Map.copyOf(channels).entrySet()) {
        if (!wanted.containsKey(each.getKey())) {
          followed.remove(each.getKey());
          channels.remove(each.getKey());
          end(each.getValue());
        }
      }
    }

    private void subscribe(UUID group, Receiver receiver) {
      followed.remove(group);
      try {
        Channel channel = connection.createChannel();
        if (channel == null) {
          throw new IOException("the broker gives no more channels");
        }
        channel.basicQos(MOST_UNCOMMITTED);
        channel.basicConsume(prefix + group, new GroupConsumer(channel, group, receiver));
        channels.put(group, channel);
        refusedAt.remove(group);
        followed.add(group);
      } catch (IOException e) {
        refusedAt.put(group, System.nanoTime());
        LOG.log(
            Level.INFO, () -> "no queue has results of group %s: %s".formatted(group, cause(e)));
      }
    }

    private void end(Channel channel) {
      try {
        channel.close();
      } catch (IOException | TimeoutException | AlreadyClosedException e) {
        LOG.log(Level.DEBUG, "a channel was not closed in good order", e);
      }
    }
  }

  private static String cause(IOException thrown) {
    Throwable cause = thrown.getCause();
    return String.valueOf((cause == null ? thrown : cause).getMessage());
  }

  /** Of one group. Whatever it throws would end its channel. */
  private final class GroupConsumer extends DefaultConsumer {

    private final UUID group;
    private final Receiver receiver;

    GroupConsumer(Channel channel, UUID group, Receiver receiver) {
      super(channel);
      this.group = group;
      this.receiver = receiver;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) {
      if (isNotice(properties)) {
        acknowledge(envelope);
        receiver.unreadable().run();
        return;
      }
      try {
        CompletableFuture<Void> unused =
            receiver
                .take()
                .apply(TaskResult.ofMessage(body))
                .thenRun(() -> acknowledge(envelope))
                .toCompletableFuture();
      } catch (IllegalArgumentException e) {
        // It would come again and again.
        LOG.log(Level.WARNING, () -> "group %s: %s".formatted(group, e.getMessage()));
        acknowledge(envelope);
        receiver.unreadable().run();
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "a result of group %s was not taken".formatted(group), e);
        receiver.unreadable().run();
      }
    }

    /** Results of high assurance are only announced. */
    private boolean isNotice(BasicProperties properties) {
      return properties.getHeaders() != null
          && !FALSE.contains(String.valueOf(properties.getHeaders().get("high_assurance")));
    }

    private void acknowledge(Envelope envelope) {
      try {
        getChannel().basicAck(envelope.getDeliveryTag(), false);
      } catch (IOException | AlreadyClosedException e) {
        // It comes again, and is known then.
        LOG.log(Level.DEBUG, "a result was not acknowledged", e);
      }
    }

    @Override
    public void handleCancel(String tag) throws IOException {
      followed.remove(group);
      getChannel().abort();
    }
  }
}
