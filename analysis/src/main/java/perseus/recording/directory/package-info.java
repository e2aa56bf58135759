/**
 * Reports which files a recording directory contains, which are missing, and which command to run
 * next.
 *
 * <p>No class in {@code perseus.recording.directory} changes a file.
 */
package perseus.recording.directory;
