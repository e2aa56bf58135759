/**
 * What a run wrote: instruction logs, energy logs and the run manifest, read one rank at a time,
 * checked, repaired where that loses nothing, and cut into windows of one frequency. {@link
 * perseus.recording.Recording} is where to start.
 */
package perseus.recording;
