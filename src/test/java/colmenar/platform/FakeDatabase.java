package colmenar.platform;

/** A database that only says whether servers share it. */
public class FakeDatabase extends Database {

  private final boolean shared;

  private FakeDatabase(boolean shared) {
    this.shared = shared;
  }

  public static FakeDatabase alone() {
    return new FakeDatabase(false);
  }

  public static FakeDatabase shared() {
    return new FakeDatabase(true);
  }

  @Override
  public boolean isShared() {
    return shared;
  }
}
