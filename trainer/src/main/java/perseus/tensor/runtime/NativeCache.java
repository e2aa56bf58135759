package perseus.tensor.runtime;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import perseus.io.AtomicFiles;
import perseus.io.UserError;

/**
 * Chooses the directory into which DJL unpacks PyTorch's native libraries, and from which it loads
 * them.
 *
 * <p>By default, DJL uses the directory {@code .djl.ai} in the user's home directory. If this
 * directory cannot be written and does not contain the libraries, this class chooses {@code
 * perseus-djl-UID} in the directory for temporary files. Without this class, DJL would then use
 * {@code /tmp/.djl.ai}, into which another user may have put malicious libraries. Only the user who
 * runs this program may read and write the directory {@code perseus-djl-UID}.
 */
final class NativeCache {
  /**
   * Environment variable, and also system property, with the directory of DJL's native libraries.
   */
  private static final String VARIABLE = "DJL_CACHE_DIR";

  private static final String OTHER_VARIABLE = "ENGINE_CACHE_DIR";
  private static final String OF_DJL = ".djl.ai";
  private static final int FOR_OTHERS = 0077;

  private final Map<String, String> environment;
  private final Path home;
  private final Path temporary;

  /**
   * @param home the user's home directory, which need not exist
   * @param temporary directory for temporary files
   */
  NativeCache(Map<String, String> environment, Path home, Path temporary) {
    this.environment = environment;
    this.home = home;
    this.temporary = temporary;
  }

  /** Makes DJL use the chosen directory. DJL must not have started yet. */
  static void choose() {
    if (System.getProperty(VARIABLE) == null) {
      new NativeCache(
              System.getenv(),
              Path.of(System.getProperty("user.home")),
              Path.of(System.getProperty("java.io.tmpdir")))
          .directory()
          .ifPresent(directory -> System.setProperty(VARIABLE, directory.toString()));
    }
  }

  /**
   * Returns the directory that DJL must be told to use; empty if DJL may use the directory that it
   * chooses itself.
   *
   * @throws UserError if {@code perseus-djl-UID} cannot be created, or if it may belong to another
   *     user
   */
  Optional<Path> directory() {
    if (isSet(VARIABLE) || isSet(OTHER_VARIABLE)) {
      return Optional.empty();
    }
    Path ofHome = home.resolve(OF_DJL);
    if (Files.isWritable(Files.exists(ofHome) ? ofHome : home)) {
      return Optional.empty();
    }
    if (NativeLibraries.areUnpacked(ofHome)) {
      return Optional.of(ofHome);
    }
    return Optional.of(ownDirectory());
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isEmpty();
  }

  private Path ownDirectory() {
    try {
      Path probe = Files.createTempFile(temporary, "perseus-", "");
      Object user = Files.getAttribute(probe, "unix:uid");
      Files.delete(probe);
      Path own = temporary.resolve("perseus-djl-" + user);
      try {
        Files.createDirectory(
            own,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (FileAlreadyExistsException e) {
        requireOwn(own, user);
      }
      return own;
    } catch (IOException e) {
      throw new UserError(
          "PyTorch's libraries cannot be unpacked: neither %s nor %s can be written (%s). Set %s to a directory that can be written."
              .formatted(home.resolve(OF_DJL), temporary, AtomicFiles.reason(e), VARIABLE),
          e);
    }
  }

  private void requireOwn(Path own, Object user) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(own, "unix:uid,mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) found.get("mode");
    if (!Boolean.TRUE.equals(found.get("isDirectory"))
        || !user.equals(found.get("uid"))
        || (mode & FOR_OTHERS) != 0) {
      throw new UserError(
          "%s belongs to another user or is open to others, so that PyTorch's libraries are not loaded from it, and %s cannot be written. Set %s to a directory of yours."
              .formatted(own, home.resolve(OF_DJL), VARIABLE));
    }
  }
}
