package perseus.gpu.clock.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;

class LeasePlacesTest {
  private static final String GPU = "GPU-1";

  @TempDir Path home;
  private long user;

  @BeforeEach
  void findUser() throws Exception {
    user = (Integer) Files.getAttribute(home, "unix:uid");
  }

  private LeasePlaces places(Path... places) {
    return new LeasePlaces(List.of(places), user);
  }

  private static int mode(Path directory) throws Exception {
    return (Integer) Files.getAttribute(directory, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
  }

  @Test
  void missingDirectoryIsMadeForAllUsersAndSticky() throws Exception {
    Path directory = home.resolve("leases");
    ClockLease lease = places(directory).take(GPU);
    assertThat(mode(directory)).isEqualTo(01777);
    assertThat(mode(lease.path())).isEqualTo(0666);
    lease.release();
  }

  @Test
  void environmentNamesTheDirectory() {
    Path directory = home.resolve("x");
    ClockLease lease = LeasePlaces.of(Map.of(LeasePlaces.VARIABLE, directory.toString())).take(GPU);
    assertThat(lease.path()).isEqualTo(directory.resolve("GPU-1.json"));
    lease.release();
  }

  @Test
  void secondPlaceIsUsedIfTheFirstCannotBeMade() {
    Path second = home.resolve("second");
    ClockLease lease = places(home.resolve("missing/first"), second).take(GPU);
    assertThat(lease.path()).hasParent(second);
    lease.release();
  }

  @Test
  void withoutAnyPlaceAllReasonsAreNamed() {
    assertThatThrownBy(() -> places(home.resolve("a/b"), Path.of("/dev/full/x")).take(GPU))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(
            home.resolve("a/b").toString(), "/dev/full/x", "no clock is set", LeasePlaces.VARIABLE);
  }

  @Test
  void linkIsRefusedAndItsTargetStaysEmpty() throws Exception {
    Path target = Files.createDirectory(home.resolve("target"));
    Path link = Files.createSymbolicLink(home.resolve("link"), target);
    assertThatThrownBy(() -> places(link).take(GPU))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(link.toString(), "link");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void fileInThePlaceOfTheDirectoryIsRefused() {
    assertThatThrownBy(() -> places(Path.of("/dev/full")).take(GPU)).isInstanceOf(UserError.class);
  }

  @Test
  void directoryInWhichOthersMayRemoveLeasesIsRefused() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> places(home).take(GPU))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("sticky");
  }

  @Test
  void directoryOfAnotherUserIsRefused() throws Exception {
    assumeTrue(user == 0, "Only root can give a directory to another user.");
    Files.setAttribute(home, "unix:uid", 4711);
    assertThatThrownBy(() -> places(home).take(GPU))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("4711");
  }

  @Test
  void directoryThatCannotBeWrittenIsRefused() throws Exception {
    assumeTrue(user != 0, "Root can write in every directory.");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("r-xr-xr-x"));
    assertThatThrownBy(() -> places(home).take(GPU))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(home.toString());
  }

  @Test
  void leaseInThePlaceOfOtherUsersCountsToo() {
    Path first = home.resolve("first");
    Path second = home.resolve("second");
    ClockLease other = places(second).take(GPU);
    assertThatThrownBy(() -> places(first, second).take(GPU))
        .isInstanceOf(LeaseHeldException.class);
    assertThat(first).isEmptyDirectory();
    LeaseRecord record = LeaseRecord.ofThisProcess(GPU, 400.0, false);
    other.write(record);
    other.keep();
    ClockLease lease = places(first, second).take(GPU);
    assertThat(lease.dead()).contains(record);
    lease.release();
    assertThat(second).isEmptyDirectory();
  }
}
