/**
 * Checks by durations of instructions and numbers of optimizer steps whether a recording agrees
 * with its description (the user's flags, or {@code run.json}).
 *
 * <p>Each check is one class that implements {@link perseus.recording.check.RankCheck}. To add a
 * check, write a class and add it to the list in {@link perseus.recording.check.RankChecks}. The
 * package {@code perseus.attribution.check} holds the checks that need energies or several ranks.
 */
package perseus.recording.check;
