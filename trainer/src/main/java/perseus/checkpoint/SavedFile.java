package perseus.checkpoint;

/**
 * Describes one file of a checkpoint, so that damage of the file can be detected.
 *
 * @param name name of the file in the checkpoint's folder
 * @param bytes size of the file in bytes
 * @param sha256 SHA-256 hash of the file's contents as hexadecimal text
 */
public record SavedFile(String name, long bytes, String sha256) {}
