/**
 * Lists the models that can be trained, and partitions them into pipeline stages.
 *
 * <p>No tensor is needed here: parameters, work and memory follow from shapes alone.
 */
package perseus.model;
