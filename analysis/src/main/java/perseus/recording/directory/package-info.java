/**
 * Reports the contents of a directory, its missing files and the next command, without an analysis.
 *
 * <p>No class in {@code perseus.recording.directory} changes a file.
 */
package perseus.recording.directory;
