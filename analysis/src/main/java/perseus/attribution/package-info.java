/**
 * The energy of each kind of instruction, from a counter that changes more slowly than instructions
 * do. {@link perseus.attribution.Attribution} is the choice between the two ways; {@link
 * perseus.attribution.Deconvolution} explains the one to use.
 */
package perseus.attribution;
