package colmenar.security;

/** Told after the commit: what was believed of tokens has to be asked again. */
record TokenRevoked() {}
