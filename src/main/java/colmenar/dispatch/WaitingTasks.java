package colmenar.dispatch;

import colmenar.task.WaitingGroup;
import java.util.List;

/**
 * Why tasks of a group wait.
 *
 * @param reasons of the first of them
 */
public record WaitingTasks(WaitingGroup group, List<WaitingReason> reasons) {}
