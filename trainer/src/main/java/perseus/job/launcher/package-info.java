/**
 * Starts a node's ranks, watches over them, and puts their recording in place.
 *
 * <p>Ranks are coordinated in {@link perseus.job.node0}.
 */
package perseus.job.launcher;
