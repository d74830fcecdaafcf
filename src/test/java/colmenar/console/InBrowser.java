package colmenar.console;

import colmenar.container.SharedServer;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Drives the console in a browser. The console knows nothing of databases, so of the four pairs of
 * server and database only two run it, as with {@link colmenar.container.OwnServer}.
 */
@Tag("browser")
@SharedServer
@ExtendWith(Chromium.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface InBrowser {}
