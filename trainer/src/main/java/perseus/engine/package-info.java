/**
 * Executes what each rank does in an iteration, here on a virtual clock, in {@link
 * perseus.engine.djl} on real tensors, and records it in the files that the analysis reads.
 */
package perseus.engine;
