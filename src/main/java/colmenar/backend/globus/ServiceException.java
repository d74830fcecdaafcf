package colmenar.backend.globus;

/** The service did not do what it was asked for; the message is what it said. */
class ServiceException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final int status;

  ServiceException(Kind kind, int status, String message) {
    super(message);
    this.kind = kind;
    this.status = status;
  }

  ServiceException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.status = 0;
  }

  Kind kind() {
    return kind;
  }

  /** Of its answer; 0 when there was none. */
  int status() {
    return status;
  }

  /** What it means for whoever has asked. */
  enum Kind {
    /** It would say the same again. */
    REFUSED,
    /** The access token is not, or no longer, taken. */
    UNAUTHORIZED,
    /** It has done nothing, and may do it later. */
    BUSY,
    /** Whether it has done something is not known. */
    UNKNOWN
  }
}
