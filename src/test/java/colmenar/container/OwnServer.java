package colmenar.container;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Starts servers of its own, which takes long: of the four pairs of server and database only two
 * run it, so that each server and each database does. The build says which; {@code
 * -Dtest.own-server.excluded=none} runs it on all.
 */
@Tag("own-server")
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface OwnServer {}
