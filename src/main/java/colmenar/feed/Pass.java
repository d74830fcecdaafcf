package colmenar.feed;

/** What entitles somebody to listen; those that are equal are asked once for all. */
public interface Pass {

  /** Whether it is still good; asked every few seconds. */
  boolean good();
}
