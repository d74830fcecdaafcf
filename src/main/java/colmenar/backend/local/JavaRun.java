package colmenar.backend.local;

import colmenar.backend.Code;
import colmenar.backend.Event;
import colmenar.backend.Execution;
import colmenar.backend.Failure;
import colmenar.backend.FailureClass;
import colmenar.backend.Listener;
import colmenar.backend.Outcome;
import colmenar.backend.Resources;
import colmenar.backend.Work;
import colmenar.bean.Call;
import colmenar.bean.JavaMethod;
import colmenar.json.JsonText;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.json.JsonArray;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One call of a Java method. */
final class JavaRun implements Run, Call {

  private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(200);
  private static final double NANOS = 1e9;

  private final Work work;
  private final Instance<JavaMethod<?, ?>> beans;
  private final Jsonb jsonb;
  private final Listener listener;
  private final LocalSettings settings;
  private final RunDirectories directories;
  private final Clock clock;
  private final Instant received;
  private final Map<String, Double> spans = new LinkedHashMap<>();

  private @Nullable Thread thread;
  private @Nullable EndReason endReason;
  private volatile @Nullable Path directory;
  private int items;
  private Instant lastProgress = Instant.EPOCH;

  JavaRun(
      Work work,
      Instance<JavaMethod<?, ?>> beans,
      Jsonb jsonb,
      Listener listener,
      LocalSettings settings,
      RunDirectories directories,
      Clock clock) {
    this.work = work;
    this.beans = beans;
    this.jsonb = jsonb;
    this.listener = listener;
    this.settings = settings;
    this.directories = directories;
    this.clock = clock;
    this.received = clock.instant();
  }

  @Override
  public Work work() {
    return work;
  }

  @Override
  public Event.Finished execute() {
    Instant started = clock.instant();
    Outcome outcome = begin() ? call() : interrupted("before it began");
    settle();
    Instant ended = clock.instant();
    Path made = directory;
    if (made != null) {
      directories.finished(made, outcome);
    }
    return new Event.Finished(work.attempt(), outcome, execution(started, ended), ended);
  }

  private synchronized boolean begin() {
    thread = Thread.currentThread();
    return endReason == null;
  }

  /** From here on nobody interrupts the thread, which goes back to the container clean. */
  private synchronized void settle() {
    thread = null;
    Thread.interrupted();
  }

  @Override
  public synchronized boolean end(EndReason reason) {
    if (endReason != null) {
      return false;
    }
    endReason = reason;
    if (thread != null) {
      thread.interrupt();
    }
    return true;
  }

  /** A method that heeds no interrupt cannot be ended: its slot stays taken until it returns. */
  @Override
  public synchronized Optional<Event.Finished> abandoned() {
    if (thread == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Outcome outcome = interrupted("it did not stop when interrupted; its thread goes on");
    Execution seen =
        new Execution(received, received, now, Map.of(), Machine.facts(), null, null, null);
    return Optional.of(new Event.Finished(work.attempt(), outcome, seen, now));
  }

  private synchronized Outcome interrupted(String note) {
    return endReason == EndReason.TIME_LIMIT
        ? new Outcome.Failed(Failures.timeLimit(work, note))
        : new Outcome.Canceled(note);
  }

  private synchronized boolean ended() {
    return endReason != null;
  }

  private synchronized boolean pastLimit() {
    return endReason == EndReason.TIME_LIMIT;
  }

  private Outcome call() {
    String bean = ((Code.Java) work.code()).bean();
    Instance<JavaMethod<?, ?>> named = beans.select(NamedLiteral.of(bean));
    if (!named.isResolvable()) {
      return rejected("no Java method bean is named " + bean);
    }
    try (Instance.Handle<JavaMethod<?, ?>> handle = named.getHandle()) {
      Object input = input(inputType(handle.getBean().getTypes()));
      Object value = run(handle.get(), input);
      return pastLimit() ? interrupted("") : succeeded(value);
    } catch (RejectedInput e) {
      return rejected(String.valueOf(e.getMessage()));
    } catch (Throwable e) {
      return ended() ? interrupted("") : new Outcome.Failed(failure(e));
    }
  }

  private static Type inputType(Iterable<Type> beanTypes) {
    for (Type type : beanTypes) {
      if (type instanceof ParameterizedType parameterized
          && parameterized.getRawType() == JavaMethod.class) {
        return parameterized.getActualTypeArguments()[0];
      }
    }
    return Object.class;
  }

  private @Nullable Object input(Type type) {
    JsonArray args = JsonText.stored(work.args()).asJsonArray();
    boolean named = !JsonText.stored(work.kwargs()).asJsonObject().isEmpty();
    if (args.size() > 1 || (args.size() == 1 && named)) {
      throw new RejectedInput(
          "a Java method takes one positional argument, or keyword arguments; found "
              + args.size()
              + (named ? " and keywords" : ""));
    }
    String json = args.isEmpty() ? work.kwargs() : args.get(0).toString();
    long begin = System.nanoTime();
    try {
      return jsonb.fromJson(json, type);
    } catch (JsonbException e) {
      throw new RejectedInput("the input is no " + type.getTypeName() + ": " + e.getMessage());
    } finally {
      spans.put("deserializeInputs", seconds(begin));
    }
  }

  @SuppressWarnings("unchecked")
  private @Nullable Object run(JavaMethod<?, ?> method, @Nullable Object input) throws Exception {
    long begin = System.nanoTime();
    try {
      return ((JavaMethod<@Nullable Object, ?>) method).run(input, this);
    } finally {
      spans.put("running", seconds(begin));
    }
  }

  private Outcome succeeded(@Nullable Object value) {
    long begin = System.nanoTime();
    try {
      return new Outcome.Succeeded(json(value));
    } catch (RuntimeException e) {
      return new Outcome.Failed(
          new Failure(FailureClass.APPLICATION, "ResultNotJson", describe(e), null));
    } finally {
      spans.put("serializeResults", seconds(begin));
    }
  }

  private String json(@Nullable Object value) {
    String json = value == null ? "null" : jsonb.toJson(value);
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > settings.limits().valueCapBytes()) {
      throw new IllegalArgumentException(
          "the value is %d bytes; the limit is %d (colmenar.value.max-bytes)"
              .formatted(bytes, settings.limits().valueCapBytes()));
    }
    return json;
  }

  private static Outcome rejected(String message) {
    return new Outcome.Failed(new Failure(FailureClass.REJECTED, "Rejected", message, null));
  }

  private static Failure failure(Throwable e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    return new Failure(
        FailureClass.APPLICATION, e.getClass().getName(), describe(e), trace.toString());
  }

  private static String describe(Throwable e) {
    return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
  }

  private Execution execution(Instant started, Instant ended) {
    return new Execution(received, started, ended, spans, Machine.facts(), null, null, null);
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / NANOS;
  }

  @Override
  public Optional<Path> directoryIfMade() {
    return Optional.ofNullable(directory);
  }

  @Override
  public void progress(double fraction, String message) {
    Instant now = clock.instant();
    if (lastProgress.plus(PROGRESS_INTERVAL).isBefore(now)) {
      lastProgress = now;
      double bounded = Math.max(0, Math.min(1, fraction));
      tell(new Event.Progress(work.attempt(), bounded, message, now));
    }
  }

  @Override
  public void emit(Object item) {
    tell(new Event.Item(work.attempt(), items, json(item), clock.instant()));
    items++;
  }

  /** Waits until it is committed, so that no method runs away from the database. */
  private void tell(Event event) {
    listener.on(List.of(event)).toCompletableFuture().join();
  }

  @Override
  public boolean canceled() {
    return ended();
  }

  @Override
  public Resources resources() {
    return work.resources();
  }

  @Override
  public Path directory() {
    Path made = directory;
    if (made == null) {
      made = directories.create(work.attempt());
      directory = made;
    }
    return made;
  }

  /** The input does not fit the method. */
  private static final class RejectedInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RejectedInput(String message) {
      super(message);
    }
  }
}
