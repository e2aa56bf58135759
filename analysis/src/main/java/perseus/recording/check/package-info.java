/**
 * Checks whether a recording agrees with its description (the user's flags, or {@code run.json}),
 * by the durations of instructions and the number of optimizer steps.
 *
 * <p>Each check is one class that implements {@link perseus.recording.check.RankCheck}. To add a
 * check, write a class and add it to the list in {@link perseus.recording.check.RankChecks}. Checks
 * that need energies, or several ranks, are in {@code perseus.attribution.check}.
 */
package perseus.recording.check;
