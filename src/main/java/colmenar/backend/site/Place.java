package colmenar.backend.site;

import colmenar.remote.Shell;

/**
 * What was found on a site when it was prepared.
 *
 * @param root absolute path of the site's directory
 * @param account that the jobs are of
 * @param python version of its interpreter
 * @param modules absolute path of the directory with the worker's modules
 */
public record Place(String root, String account, String python, String modules) {

  /** Lines for a shell, before Python is started. */
  public String pythonPath() {
    return pythonPath(modules);
  }

  static String pythonPath(String modules) {
    return "PYTHONPATH=" + Shell.quote(modules) + "${PYTHONPATH:+:$PYTHONPATH}; export PYTHONPATH";
  }
}
