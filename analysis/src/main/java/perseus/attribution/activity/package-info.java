/**
 * Finds what a rank did apart from typical instructions: the time between iterations, and instances
 * of an instruction at special positions of an iteration.
 */
package perseus.attribution.activity;
