package colmenar.method;

/** What one version of a method is. */
public record MethodVersion(int number, MethodDefinition definition) {}
