/** Tensors between ranks over TCP, from and to the host's memory: across hosts, on any system. */
package perseus.parallel.tcp;
