/**
 * Trains on real tensors, a process per rank. The process that the user starts on each node
 * launches the node's ranks; the one on node 0 also asks the scheduler for frequencies and tells
 * all ranks what to do.
 */
package perseus.engine.djl;
