/** Degrees of parallelism and the place of each rank. */
package perseus.parallel;
