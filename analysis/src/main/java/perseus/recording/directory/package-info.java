/**
 * Says what a directory holds, what is missing in it, and which command comes next, before anything
 * is analyzed.
 *
 * <p>No class in {@code perseus.recording.directory} changes a file.
 */
package perseus.recording.directory;
