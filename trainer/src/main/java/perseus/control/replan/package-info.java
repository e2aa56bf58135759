/**
 * Makes new plans while a job runs, when its measurements differ from the profile of its plans.
 *
 * <p>Code in {@code perseus.control.replan} may not choose the plan that a pipeline runs, because
 * schedulers choose it.
 */
package perseus.control.replan;
