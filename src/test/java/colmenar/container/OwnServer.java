package colmenar.container;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Each test starts servers of its own, beside what other tests do. That takes long: of the four
 * pairs of server and database only two run it, so that each server and each database does. The
 * build says which; {@code -Dtest.own-server.excluded=none} runs it on all.
 */
@Tag("own-server")
@ExtendWith(ColmenarServer.class)
@Execution(ExecutionMode.CONCURRENT)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OwnServer {}
