/**
 * Plans anew while a job runs, when its measurements have left the profile of its plans.
 *
 * <p>Code in {@code perseus.control.replan} may not choose which plan a pipeline runs; schedulers
 * do.
 */
package perseus.control.replan;
