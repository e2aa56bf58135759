/**
 * Holds the kinds of charts, one class each: frontier, timeline, profile, recording, savings.
 *
 * <p>A chart takes plain values of its own; it reads no file and plans nothing.
 */
package perseus.chart.kind;
