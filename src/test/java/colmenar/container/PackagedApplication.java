package colmenar.container;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR that the build has made, as Arquillian wants to be told of it. */
public final class PackagedApplication {

  @Deployment(testable = false)
  public static WebArchive war() {
    return ShrinkWrap.create(ZipImporter.class, "colmenar.war")
        .importFrom(Settings.war().toFile())
        .as(WebArchive.class);
  }
}
