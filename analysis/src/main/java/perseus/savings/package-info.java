/**
 * The tables of the Perseus paper (SOSP 2024): how much energy plans save against every operation
 * at the highest frequency, without a straggler, waiting for one, and over a fleet of pipelines.
 *
 * <p>A {@link perseus.savings.Workload} holds a baseline and what each {@link
 * perseus.savings.Policy} offers, and the formulas. It is made by {@link perseus.savings.Workloads}
 * from measurements ({@link perseus.savings.ServerDump}, {@link perseus.savings.PowerLimitSweep})
 * or from plans. {@link perseus.savings.SavingsTables} lays its figures out, and {@link
 * perseus.savings.TableFormat} writes them.
 */
package perseus.savings;
