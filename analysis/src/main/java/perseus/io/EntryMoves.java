package perseus.io;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Moves all entries (files and directories) of one directory into another directory. Either all
 * entries are moved, or none.
 *
 * <p>The entries that will be replaced are moved to a temporary directory before the new entries
 * are moved. If a move fails, all earlier moves are undone. If the process is killed between two
 * moves, entries may be missing, but old and new entries are never mixed.
 */
final class EntryMoves {
  private record Move(Path from, Path to) {
    void run() throws IOException {
      move(from, to);
    }

    void undo() throws IOException {
      move(to, from);
    }
  }

  private EntryMoves() {}

  /**
   * Moves the entries. A moved entry replaces the existing entry with the same name. If a symbolic
   * link to a file has the name of an entry, the target of the link is replaced. A pipe or a device
   * with the name of an entry stays, and receives the contents of the entry.
   *
   * @param aside empty directory, which receives the replaced entries
   * @throws UserError if a file would replace a directory, or if a move fails and an earlier move
   *     cannot be undone. If a move cannot be undone, {@code aside} contains replaced entries.
   * @throws IOException if a move fails and all earlier moves have been undone
   */
  static void moveAll(Path from, Path to, Path aside) throws IOException {
    List<Move> replaced = new ArrayList<>();
    List<Move> placed = new ArrayList<>();
    List<Move> devices = new ArrayList<>();
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        Path name = entry.getFileName();
        Path place = to.resolve(name);
        if (Files.isDirectory(place) && !Files.isDirectory(entry)) {
          throw AtomicFiles.unwritable(place, new IOException(AtomicFiles.IS_A_DIRECTORY));
        }
        place = OutputTarget.of(place);
        if (OutputTarget.isDevice(place)) {
          devices.add(new Move(entry, place));
          continue;
        }
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
          replaced.add(new Move(place, aside.resolve(name)));
        }
        placed.add(new Move(entry, place));
      }
    }
    Deque<Move> done = new ArrayDeque<>();
    try {
      for (List<Move> moves : List.of(replaced, placed)) {
        for (Move move : moves) {
          move.run();
          done.push(move);
        }
      }
      for (Move move : devices) {
        OutputTarget.copyThrough(move.from, move.to);
      }
    } catch (IOException e) {
      undo(done, to, aside);
      throw e;
    }
  }

  /**
   * Moves a file or a directory, so that no other program sees a partly moved file or directory.
   * The method can move a file to another file system, but not a directory.
   */
  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      if (Files.isDirectory(from)) {
        throw e;
      }
      Path temporary = to.resolveSibling(AtomicFiles.temporaryName(to.getFileName().toString()));
      try {
        Files.copy(from, temporary);
        Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      Files.delete(from);
    }
  }

  private static void undo(Deque<Move> done, Path to, Path aside) {
    for (Move move : done) {
      try {
        move.undo();
      } catch (IOException e) {
        throw new UserError(
            "%s cannot be written: %s. Its earlier files are in %s; move them back."
                .formatted(to, AtomicFiles.reason(e), aside),
            e);
      }
    }
  }
}
