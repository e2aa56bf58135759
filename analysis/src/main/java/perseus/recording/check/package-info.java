/**
 * Checks whether what the user claims about a recording (flags, or {@code run.json}) fits what the
 * recording shows: how long instructions took, and how often optimizer steps ran.
 *
 * <p>Each check is one class that implements {@link perseus.recording.check.RankCheck}. To add a
 * check, write a class and add it to the list in {@link perseus.recording.check.RankChecks}. Checks
 * that need energies, or several ranks, are in {@code perseus.attribution.check}.
 */
package perseus.recording.check;
