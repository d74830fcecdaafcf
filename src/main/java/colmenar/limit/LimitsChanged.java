package colmenar.limit;

/** A limit or a gate has changed; told after the commit. */
public record LimitsChanged() {}
