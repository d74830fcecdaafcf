package colmenar;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import colmenar.platform.Database;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import jakarta.servlet.annotation.WebServlet;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.Timer;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Imports point one way, and a few habits that make both servers and the tests possible. */
@AnalyzeClasses(packages = "colmenar", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ADAPTERS = "colmenar.backend.*..";
  private static final String SITE = "colmenar.backend.site..";
  private static final String GLOBUS = "colmenar.backend.globus..";

  private static final DescribedPredicate<JavaClass> A_USE_CASE_CLASS =
      describe(
          "one of Tasks, Inboxes, Failures, Campaigns, Operations, Retention, EventLog, History, Nodes,"
              + " Limits, Methods, Sessions and Tokens",
          type ->
              Stream.of(
                      "colmenar.task.Tasks",
                      "colmenar.task.Inboxes",
                      "colmenar.task.Failures",
                      "colmenar.task.Campaigns",
                      "colmenar.task.Operations",
                      "colmenar.task.Retention",
                      "colmenar.feed.EventLog",
                      "colmenar.history.History",
                      "colmenar.cluster.Nodes",
                      "colmenar.limit.Limits",
                      "colmenar.method.Methods",
                      "colmenar.security.Sessions",
                      "colmenar.security.Tokens")
                  .anyMatch(type.getName()::equals));

  /** Of our own packages; the rest of the world is nobody's business here. */
  private static ArchRule imports(String importer, String... ours) {
    String[] allowed =
        Stream.concat(Stream.of(importer), Arrays.stream(ours)).toArray(String[]::new);
    return classes()
        .that()
        .resideInAPackage(importer)
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage("colmenar..").or(resideInAnyPackage(allowed)));
  }

  @ArchTest
  static final ArchRule the_border_to_the_backends_imports_java_only =
      classes()
          .that()
          .resideInAPackage("colmenar.backend")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "org.jspecify..", "colmenar.backend")
          .because("an adapter can then be written and tested against this package alone");

  @ArchTest
  static final ArchRule an_adapter_knows_the_border_and_tools_only =
      imports(
              ADAPTERS,
              "colmenar.backend",
              "colmenar.bean",
              "colmenar.json",
              "colmenar.platform",
              "colmenar.problem",
              "colmenar.remote",
              "colmenar.worker")
          .because("tasks, methods and the engine must not depend on where work runs");

  @ArchTest
  static final ArchRule an_adapter_does_not_see_the_database =
      noClasses()
          .that()
          .resideInAPackage(ADAPTERS)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("jakarta.persistence..", "java.sql..", "javax.sql..")
                  .or(JavaClass.Predicates.assignableTo(Database.class)))
          .because("what an adapter has to say goes to its listener, which commits it");

  @ArchTest
  static final ArchRule nobody_imports_an_adapter =
      noClasses()
          .that()
          .resideOutsideOfPackage(ADAPTERS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ADAPTERS)
          .because("deleting an adapter's package must leave a server that compiles");

  @ArchTest
  static final ArchRule adapters_do_not_know_each_other =
      slices()
          .matching("colmenar.backend.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(alwaysTrue(), resideInAPackage(SITE))
          .because("deleting an adapter's package must leave a server that compiles");

  @ArchTest
  static final ArchRule of_site_an_adapter_of_a_service_sees_only_how_it_is_configured =
      noClasses()
          .that()
          .resideInAPackage(GLOBUS)
          .should()
          .dependOnClassesThat(
              resideInAPackage(SITE)
                  .and(
                      describe(
                          "is neither ConfiguredSites nor SiteKeys",
                          type -> !type.getSimpleName().matches("ConfiguredSites|SiteKeys"))))
          .because("what runs elsewhere needs no login node");

  @ArchTest
  static final ArchRule site_is_for_adapters_that_reach_sites =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              SITE, "colmenar.backend.hpc..", "colmenar.backend.parsl..", GLOBUS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SITE)
          .because("what runs elsewhere needs no login node");

  @ArchTest
  static final ArchRule site_imports_tools_only =
      imports(
              SITE,
              "colmenar.json..",
              "colmenar.platform..",
              "colmenar.remote..",
              "colmenar.worker..")
          .because("a site is reached and prepared in the same way whatever runs there");

  @ArchTest
  static final ArchRule platform_imports_nothing_of_ours =
      imports("colmenar.platform..").because("everything else stands on it");

  @ArchTest
  static final ArchRule problem_imports_nothing_of_ours =
      imports("colmenar.problem..").because("everything else may refuse something");

  @ArchTest
  static final ArchRule remote_imports_nothing_of_ours =
      imports("colmenar.remote..")
          .because("a machine is reached in the same way whatever is done there");

  @ArchTest
  static final ArchRule only_adapters_reach_other_machines =
      noClasses()
          .that()
          .resideOutsideOfPackages("colmenar.remote..", ADAPTERS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("colmenar.remote..")
          .because("where work runs is an adapter's business");

  @ArchTest
  static final ArchRule ssh_is_known_to_remote_only =
      noClasses()
          .that()
          .resideOutsideOfPackage("colmenar.remote..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.jcraft.jsch..")
          .because("that host keys are checked and waits are limited is seen to in one place");

  @ArchTest
  static final ArchRule json_imports_problem_only =
      imports("colmenar.json..", "colmenar.problem..").because("it is a tool of all others");

  @ArchTest
  static final ArchRule worker_imports_the_border_and_json =
      imports("colmenar.worker..", "colmenar.backend", "colmenar.json..")
          .because("every adapter that runs Python stands on it");

  @ArchTest
  static final ArchRule bean_imports_the_border_only =
      imports("colmenar.bean..", "colmenar.backend")
          .because("it is all that the author of a Java method sees");

  @ArchTest
  static final ArchRule samples_import_what_the_author_of_a_java_method_sees =
      imports("colmenar.samples..", "colmenar.bean..", "colmenar.backend")
          .because("samples show how it is done from outside");

  @ArchTest
  static final ArchRule method_knows_nothing_of_tasks =
      imports(
              "colmenar.method..",
              "colmenar.backend",
              "colmenar.json..",
              "colmenar.platform..",
              "colmenar.problem..")
          .because("the catalog is there before any task");

  @ArchTest
  static final ArchRule task_knows_nothing_of_the_engine_and_http =
      imports(
              "colmenar.task..",
              "colmenar.limit..",
              "colmenar.backend",
              "colmenar.method..",
              "colmenar.json..",
              "colmenar.platform..",
              "colmenar.problem..")
          .because("imports point one way: rest, dispatch, task, backend");

  @ArchTest
  static final ArchRule the_feed_knows_nothing_of_the_engine_and_http =
      imports(
              "colmenar.feed..",
              "colmenar.cluster..",
              "colmenar.task..",
              "colmenar.backend",
              "colmenar.json..",
              "colmenar.platform..",
              "colmenar.problem..")
          .because("it tells what was done, whoever did it and however it is sent");

  @ArchTest
  static final ArchRule cluster_imports_platform_only =
      imports("colmenar.cluster..", "colmenar.platform..")
          .because("which servers are alive does not depend on what they do");

  @ArchTest
  static final ArchRule limit_knows_nothing_of_tasks =
      imports("colmenar.limit..", "colmenar.platform..", "colmenar.problem..")
          .because("a limit says what it demands; what runs is counted by whoever claims");

  @ArchTest
  static final ArchRule only_engine_and_rest_know_of_the_cluster =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "colmenar.cluster..",
              "colmenar.dispatch..",
              "colmenar.feed..",
              "colmenar.history..",
              "colmenar.metrics..",
              "colmenar.rest..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("colmenar.cluster..")
          .because("everything else is told for which node it works");

  @ArchTest
  static final ArchRule dispatch_knows_nothing_of_http_and_callers =
      imports(
              "colmenar.dispatch..",
              "colmenar.feed..",
              "colmenar.cluster..",
              "colmenar.task..",
              "colmenar.limit..",
              "colmenar.method..",
              "colmenar.backend",
              "colmenar.json..",
              "colmenar.platform..",
              "colmenar.problem..")
          .because("imports point one way: rest, dispatch, task, backend");

  @ArchTest
  static final ArchRule metrics_see_the_engine_and_what_is_below_it =
      imports(
              "colmenar.metrics..",
              "colmenar.dispatch..",
              "colmenar.feed..",
              "colmenar.cluster..",
              "colmenar.task..",
              "colmenar.backend",
              "colmenar.json..",
              "colmenar.platform..",
              "colmenar.problem..")
          .because("they watch what is done, whoever asked for it");

  @ArchTest
  static final ArchRule nobody_but_rest_imports_metrics =
      noClasses()
          .that()
          .resideOutsideOfPackages("colmenar.metrics..", "colmenar.rest..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("colmenar.metrics..")
          .because("nothing may depend on being watched");

  @ArchTest
  static final ArchRule history_sees_the_engine_and_what_is_below_it =
      imports(
              "colmenar.history..",
              "colmenar.dispatch..",
              "colmenar.cluster..",
              "colmenar.task..",
              "colmenar.backend",
              "colmenar.platform..",
              "colmenar.problem..")
          .because("it writes down what is done, whoever asked for it");

  @ArchTest
  static final ArchRule nobody_but_rest_imports_history =
      noClasses()
          .that()
          .resideOutsideOfPackages("colmenar.history..", "colmenar.rest..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("colmenar.history..")
          .because("nothing may depend on being written down");

  @ArchTest
  static final ArchRule metrics_know_the_library_alone =
      noClasses()
          .that()
          .resideOutsideOfPackage("colmenar.metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.prometheus..")
          .because("what is counted is told by events, however it is written down");

  @ArchTest
  static final ArchRule security_knows_nothing_of_tasks_and_methods =
      imports("colmenar.security..", "colmenar.json..", "colmenar.platform..", "colmenar.problem..")
          .because("who a caller is does not depend on what he does");

  @ArchTest
  static final ArchRule nobody_imports_rest =
      noClasses()
          .that()
          .resideOutsideOfPackage("colmenar.rest..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("colmenar.rest..")
          .because("it translates HTTP into use cases, and decides nothing else");

  @ArchTest
  static final ArchRule packages_are_free_of_cycles =
      slices()
          .matching("colmenar.(**)")
          .should()
          .beFreeOfCycles()
          .because("of two packages in a cycle neither can be understood alone");

  @ArchTest
  static final ArchRule http_is_known_to_rest_security_and_the_client_of_a_service_only =
      noClasses()
          .that()
          .resideOutsideOfPackages("colmenar.rest..", "colmenar.security..", GLOBUS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..", "java.net.http..")
          .because("everything else is called without a request too");

  @ArchTest
  static final ArchRule only_stores_talk_to_the_tables =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Store")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.assignableTo(EntityManager.class)
                  .or(JavaClass.Predicates.assignableTo(Query.class)))
          .because("every query of a table is then in one file");

  @ArchTest
  static final ArchRule sql_is_for_stores_and_the_database_itself =
      noClasses()
          .that(
              describe(
                  "are neither a store, nor its rows, nor Database, nor SchemaMigration",
                  type ->
                      !type.getName()
                          .matches(
                              "colmenar\\.(.+Store|task\\.(Rows|Columns|ReportRow)"
                                  + "|platform\\.(Database|SchemaMigration))(\\$.+)?")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..")
          .because("every query of a table is then in one file");

  @ArchTest
  static final ArchRule only_use_cases_are_transactions =
      noClasses()
          .that(DescribedPredicate.not(A_USE_CASE_CLASS))
          .and()
          .areNotAnnotatedWith(Interceptor.class)
          .should()
          .beAnnotatedWith(Transactional.class)
          .because("a transaction is a few statements at one level, never around a backend");

  @ArchTest
  static final ArchRule use_cases_are_transactions_as_a_whole =
      classes()
          .that(A_USE_CASE_CLASS)
          .should()
          .beAnnotatedWith(Transactional.class)
          .because("a use case that commits statement by statement can be cut in half");

  @ArchTest
  static final ArchRule no_method_is_a_transaction_of_its_own =
      noMethods()
          .should()
          .beAnnotatedWith(Transactional.class)
          .because("a transaction is a few statements at one level, never around a backend");

  @ArchTest
  static final ArchRule no_vendor_is_named =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.hibernate..",
              "org.jboss..",
              "org.wildfly..",
              "io.openliberty..",
              "com.ibm..",
              "io.undertow..",
              "org.eclipse.parsson..",
              "org.h2..",
              "org.postgresql..")
          .because("one WAR runs on every server and both databases");

  @ArchTest
  static final ArchRule time_comes_from_the_injected_clock =
      noClasses()
          .should(
              accessTargetWhere(
                  describe("it reads the time of the machine", ArchitectureTest::readsTime)))
          .orShould()
          .callConstructor(Date.class)
          .because("a test must be able to say what time it is");

  private static boolean readsTime(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getName();
    boolean byClock =
        access.getTarget() instanceof CodeUnitAccessTarget target
            && target.getRawParameterTypes().stream().anyMatch(p -> p.isEquivalentTo(Clock.class));
    return (owner.getPackageName().startsWith("java.time") && name.equals("now") && !byClock)
        || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"));
  }

  @ArchTest
  static final ArchRule there_is_one_clock =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("colmenar.platform.Time")
          .should(
              accessTargetWhere(
                  describe(
                      "it makes a clock",
                      access ->
                          access.getTargetOwner().isEquivalentTo(Clock.class)
                              && access.getName().startsWith("system"))))
          .because("it ticks in microseconds, as the databases do");

  @ArchTest
  static final ArchRule logging_is_system_logger =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.logging..",
              "org.slf4j..",
              "org.apache.commons.logging..",
              "org.apache.log..")
          .because("System.Logger goes to the log of either server without a library");

  @ArchTest
  static final ArchRule nothing_is_printed =
      GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.because(
          "the log is the place for it");

  @ArchTest
  static final ArchRule names_say_what_a_class_is =
      noClasses()
          .should()
          .haveNameMatching(".*(Impl|Manager|Utils?|Helper|Dto|DTO|Service)")
          .because("such a name would fit anything");

  @ArchTest
  static final ArchRule collaborators_come_by_constructor =
      fields()
          .that()
          .areAnnotatedWith(Inject.class)
          .should()
          .beDeclaredInClassesThat()
          .areAnnotatedWith(ApplicationScoped.class)
          .orShould()
          .beDeclaredInClassesThat()
          .areAnnotatedWith(Path.class)
          .orShould()
          .beDeclaredInClassesThat()
          .areAnnotatedWith(WebServlet.class)
          .because(
              "fields can be final then; a class behind a proxy, a resource of RESTEasy and a servlet"
                  + " need a constructor without parameters");

  @ArchTest
  static final ArchRule proxies_are_for_security_only =
      noClasses()
          .that()
          .resideOutsideOfPackage("colmenar.security..")
          .should()
          .beAnnotatedWith(ApplicationScoped.class)
          .because("@SingleInstance needs no proxy, and so no second constructor");

  @ArchTest
  static final ArchRule public_fields_are_constants =
      fields()
          .that()
          .arePublic()
          .should()
          .beFinal()
          .because("state changes through the verbs of its owner");

  @ArchTest
  static final ArchRule fields_of_entities_are_private =
      fields()
          .that()
          .areDeclaredInClassesThat()
          .areAnnotatedWith(Entity.class)
          .and()
          .areNotStatic()
          .should()
          .bePrivate()
          .because("a write from another class is silently lost on one of the servers");

  @ArchTest
  static final ArchRule no_record_is_embeddable =
      noClasses()
          .that()
          .areRecords()
          .should()
          .beAnnotatedWith(Embeddable.class)
          .because("Hibernate and EclipseLink disagree about them");

  @ArchTest
  static final ArchRule threads_are_the_containers =
      noClasses()
          .should(
              accessTargetWhere(
                  describe(
                      "it makes a thread",
                      access ->
                          access.getTargetOwner().isAssignableTo(Thread.class)
                              && access.getName().equals(JavaConstructor.CONSTRUCTOR_NAME))))
          .orShould()
          .dependOnClassesThat(
              JavaClass.Predicates.equivalentTo(Executors.class)
                  .or(JavaClass.Predicates.assignableTo(ThreadPoolExecutor.class))
                  .or(JavaClass.Predicates.assignableTo(ForkJoinPool.class))
                  .or(JavaClass.Predicates.assignableTo(Timer.class)))
          .because("a thread of our own has neither the server's context nor its limits");

  @ArchTest
  static final ArchRule packages_are_null_marked =
      classes()
          .should(
              new ArchCondition<JavaClass>("reside in a package that is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  events.add(
                      new SimpleConditionEvent(
                          type,
                          type.getPackage().isAnnotatedWith(NullMarked.class),
                          type.getPackageName() + " is not @NullMarked"));
                }
              })
          .because("the compiler then finds what may be null");
}
