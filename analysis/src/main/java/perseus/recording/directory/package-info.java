/**
 * Reports which files a recording directory contains, which are missing, and which command to run
 * next.
 *
 * <p>The package {@code perseus.recording.directory} changes no file.
 */
package perseus.recording.directory;
