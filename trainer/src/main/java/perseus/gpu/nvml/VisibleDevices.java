package perseus.gpu.nvml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import perseus.gpu.GpuException;
import perseus.gpu.GpuException.Reason;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Holds the GPUs that the environment variable CUDA_VISIBLE_DEVICES selects.
 *
 * <p>CUDA ignores an invalid entry in CUDA_VISIBLE_DEVICES and all entries after it. In this class,
 * an invalid entry and a repeated entry are errors. Otherwise, the job could measure other GPUs
 * than the user wants. A negative number ends the list of GPUs, as in CUDA. The word NoDevFiles
 * also ends the list of GPUs, because Slurm sets it for a job without GPUs.
 *
 * <p>Source: NVIDIA, CUDA C++ Programming Guide, CUDA Environment Variables.
 *
 * @param all whether all GPUs are selected, because CUDA_VISIBLE_DEVICES is not set
 * @param numbers CUDA's numbers of the selected GPUs; empty if CUDA_VISIBLE_DEVICES contains UUIDs
 * @param uuids beginnings of the UUIDs of the selected GPUs; empty if CUDA_VISIBLE_DEVICES contains
 *     numbers
 */
record VisibleDevices(boolean all, List<Integer> numbers, List<String> uuids) {
  static final String VARIABLE = "CUDA_VISIBLE_DEVICES";

  /**
   * Parses the value of the environment variable CUDA_VISIBLE_DEVICES.
   *
   * @param value value of CUDA_VISIBLE_DEVICES; null if the variable is not set
   * @throws UserError if an entry is neither a number nor a UUID
   * @throws GpuException if an entry selects a MIG instance, because the energy of a MIG instance
   *     cannot be measured
   */
  static VisibleDevices parse(String value) {
    List<Integer> numbers = new ArrayList<>();
    List<String> uuids = new ArrayList<>();
    if (value == null) {
      return new VisibleDevices(true, numbers, uuids);
    }
    // The method split of Java omits empty entries at the end of the list.
    for (String part : value.strip().split(",")) {
      String entry = part.strip();
      if (entry.matches("-\\d+") || entry.equals("NoDevFiles") || value.isBlank()) {
        break;
      } else if (entry.matches("\\d{1,6}")) {
        numbers.add(Integer.valueOf(entry));
      } else if (upper(entry).startsWith("MIG-")) {
        throw new GpuException(
            Reason.NOT_SUPPORTED,
            ("%s=%s names the MIG instance %s. The energy counter of an instance counts the whole GPU, so the energy of the"
                    + " instance cannot be measured; choose a GPU that is not in MIG mode.")
                .formatted(VARIABLE, value, entry));
      } else if (upper(entry).startsWith("GPU-")) {
        uuids.add(entry);
      } else {
        throw new UserError(
            "%s=%s: '%s' is neither the number of a GPU nor a UUID such as GPU-8932f937. 'nvidia-smi -L' lists the GPUs."
                .formatted(VARIABLE, value, entry));
      }
    }
    if (!numbers.isEmpty() && !uuids.isEmpty()) {
      throw new UserError(
          "%s=%s mixes numbers and UUIDs, which CUDA does not support; use one of the two."
              .formatted(VARIABLE, value));
    }
    return new VisibleDevices(false, numbers, uuids);
  }

  boolean isEmpty() {
    return !all && numbers.isEmpty() && uuids.isEmpty();
  }

  /**
   * Returns the GPUs that CUDA_VISIBLE_DEVICES selects.
   *
   * @param gpus all GPUs in the order in which CUDA lists GPUs
   * @param uuid function that returns the UUID of a GPU
   * @throws UserError if a number or UUID does not belong to a GPU, or if a GPU is selected twice
   */
  <T> List<T> select(List<T> gpus, Function<T, String> uuid) {
    if (all) {
      return gpus;
    }
    List<T> selected = new ArrayList<>();
    for (int number : numbers) {
      if (number >= gpus.size()) {
        throw new UserError(
            "%s names the GPU %d, but this process has %s. 'nvidia-smi -L' lists the GPUs."
                .formatted(VARIABLE, number, counted(gpus.size())));
      }
      add(selected, gpus.get(number), String.valueOf(number));
    }
    for (String beginning : uuids) {
      List<T> matches =
          gpus.stream().filter(gpu -> upper(uuid.apply(gpu)).startsWith(upper(beginning))).toList();
      if (matches.size() != 1) {
        throw new UserError(
            "%s names %s, which is the beginning of the UUID of %s. 'nvidia-smi -L' lists the UUIDs."
                .formatted(
                    VARIABLE, beginning, matches.isEmpty() ? "no GPU" : counted(matches.size())));
      }
      add(selected, matches.get(0), beginning);
    }
    return selected;
  }

  private static <T> void add(List<T> selected, T gpu, String entry) {
    if (selected.contains(gpu)) {
      throw new UserError(
          "%s selects the GPU %s twice; CUDA then uses no GPU at all. Name each GPU once."
              .formatted(VARIABLE, entry));
    }
    selected.add(gpu);
  }

  private static String counted(int gpus) {
    return Named.count(gpus, "GPU");
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }
}
