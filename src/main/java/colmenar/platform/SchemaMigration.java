package colmenar.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.io.OutputStream;
import java.sql.Connection;
import java.util.Map;
import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;

/** Brings the database to the tables of this version before anything else uses it. */
@SingleInstance
class SchemaMigration {

  private static final String CHANGELOG = "liquibase/changelog.xml";

  private final Database database;

  @Inject
  SchemaMigration(Database database) {
    this.database = database;
  }

  void migrate(@Observes @Priority(Phase.SCHEMA) Startup event) throws Exception {
    ClassLoader loader = SchemaMigration.class.getClassLoader();
    try (Connection connection = database.connect()) {
      Scope.child(
          Map.of(
              Scope.Attr.classLoader.name(),
              loader,
              Scope.Attr.resourceAccessor.name(),
              new ClassLoaderResourceAccessor(loader)),
          () -> update(connection));
      // Open Liberty complains about a connection that comes back to the pool without it.
      connection.setAutoCommit(true);
    }
  }

  private static void update(Connection connection) throws Exception {
    liquibase.database.Database target =
        DatabaseFactory.getInstance()
            .findCorrectDatabaseImplementation(new JdbcConnection(connection));
    new CommandScope(UpdateCommandStep.COMMAND_NAME)
        .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, target)
        .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, CHANGELOG)
        .setOutput(OutputStream.nullOutputStream())
        .execute();
  }
}
