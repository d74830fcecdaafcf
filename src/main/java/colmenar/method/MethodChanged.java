package colmenar.method;

/** Told after the commit: a method has another latest version, or none. */
record MethodChanged(String name) {}
