/**
 * Degrees of parallelism and the place of each rank; how ranks are started, prove that they belong
 * to a job, and exchange tensors.
 */
package perseus.parallel;
