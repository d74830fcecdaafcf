package colmenar.benchmark;

import java.io.OutputStream;
import java.sql.Connection;
import java.util.logging.Level;
import java.util.logging.Logger;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;

/** The server's own tables, made by the server's own change log. */
final class Schema {

  private static final Logger QUIET = Logger.getLogger("liquibase");

  private Schema() {}

  static void create(Store store) throws Exception {
    QUIET.setLevel(Level.WARNING);
    try (Connection connection = store.connect()) {
      Database database =
          DatabaseFactory.getInstance()
              .findCorrectDatabaseImplementation(new JdbcConnection(connection));
      new CommandScope(UpdateCommandStep.COMMAND_NAME)
          .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
          .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, "liquibase/changelog.xml")
          .setOutput(OutputStream.nullOutputStream())
          .execute();
    }
  }
}
