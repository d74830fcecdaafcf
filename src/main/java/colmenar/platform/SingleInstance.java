package colmenar.platform;

import jakarta.enterprise.inject.Stereotype;
import jakarta.inject.Singleton;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A bean of which the server has one, shared by all threads.
 *
 * <p>Instead of {@code @ApplicationScoped}, whose client proxy would need a constructor without
 * parameters beside the one that takes the collaborators.
 */
@Singleton
@Stereotype
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface SingleInstance {}
