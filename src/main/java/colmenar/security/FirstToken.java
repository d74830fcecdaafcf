package colmenar.security;

import colmenar.platform.DataDirectory;
import colmenar.platform.Phase;
import colmenar.platform.SingleInstance;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Makes an administrator's token when nobody has one: at the first start, or after the last one was
 * revoked or has expired.
 */
@SingleInstance
class FirstToken {

  private static final Logger LOG = System.getLogger(FirstToken.class.getName());
  private static final String FILE = "administrator.token";

  private final Tokens tokens;
  private final DataDirectory data;

  @Inject
  FirstToken(Tokens tokens, DataDirectory data) {
    this.tokens = tokens;
    this.data = data;
  }

  void create(@Observes @Priority(Phase.CONTENT) Startup event) throws IOException {
    if (tokens.hasAdministrator()) {
      return;
    }
    Path file = data.file(FILE);
    Files.deleteIfExists(file);
    Files.createFile(file, ownerOnly(file));
    TokenRequest request =
        new TokenRequest("administrator", Role.ADMINISTRATOR, "made at the first start", null);
    String secret = tokens.create(request, "start-up").secret();
    Files.writeString(file, secret + "\n", StandardOpenOption.WRITE);
    LOG.log(Level.INFO, () -> "the administrator's access token is in " + file);
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
