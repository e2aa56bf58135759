package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import perseus.io.UserError;
import perseus.random.SplitMix;

/**
 * Loads training images from a folder that contains one folder per class. The training images are
 * drawn in random order, with replacement.
 *
 * <p>Each image is scaled so that its shorter side has the model's input size. The scaled image is
 * cropped to the square in its centre. The colours of each image are normalized with the mean and
 * standard deviation of ImageNet. The classes are numbered from 0 in the order of their folders'
 * names.
 */
public final class ImageFolder implements TrainingData {
  /** Number of colour channels of an image: red, green, blue. */
  public static final int COLOURS = 3;

  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  private record Labelled(Path file, int label) {}

  private final List<Labelled> images;
  private final int samples;
  private final int size;
  private final long seed;

  private ImageFolder(List<Labelled> images, int samples, int size, long seed) {
    this.images = images;
    this.samples = samples;
    this.size = size;
    this.seed = seed;
  }

  /**
   * Lists the training images of a folder. The method only lists the images and does not read their
   * files.
   *
   * @param samples number of images in a microbatch
   * @param size height and width of the model's input, in pixels
   * @param classes number of classes of the model
   * @throws UserError if the folder contains no images, or if it contains more class folders than
   *     the model has classes
   */
  static ImageFolder open(Path folder, int samples, int size, int classes, long seed) {
    ImageIO.setUseCache(false);
    List<Path> classFolders = children(folder, Files::isDirectory);
    if (classFolders.size() > classes) {
      throw new UserError(
          "%s contains %d folders, one per class, but the model has only %d classes."
              .formatted(folder, classFolders.size(), classes));
    }
    List<Labelled> images = new ArrayList<>();
    for (int label = 0; label < classFolders.size(); label++) {
      for (Path file : children(classFolders.get(label), ImageFolder::looksLikeAnImage)) {
        images.add(new Labelled(file, label));
      }
    }
    if (images.isEmpty()) {
      throw new UserError(
          "%s contains no images; put them into a folder per class, as PNG, JPEG, GIF or BMP files."
              .formatted(folder));
    }
    return new ImageFolder(images, samples, size, seed);
  }

  private static List<Path> children(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new UserError("Cannot list the folder %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static boolean looksLikeAnImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file)
        && Stream.of(".png", ".jpg", ".jpeg", ".gif", ".bmp").anyMatch(name::endsWith);
  }

  @Override
  public NDList microbatch(long index, NDManager manager) {
    float[] pixels = new float[samples * COLOURS * size * size];
    long[] labels = new long[samples];
    for (int i = 0; i < samples; i++) {
      long bits = SplitMix.at(seed, index * samples + i);
      Labelled image = images.get((int) Long.remainderUnsigned(bits, images.size()));
      write(cropped(image.file), pixels, i * COLOURS * size * size);
      labels[i] = image.label;
    }
    return new NDList(
        manager.create(pixels, new Shape(samples, COLOURS, size, size)), manager.create(labels));
  }

  /** Reads an image file, and then scales and crops the image to the model's input size. */
  private BufferedImage cropped(Path file) {
    BufferedImage image = read(file);
    double scale = (double) size / Math.min(image.getWidth(), image.getHeight());
    int width = (int) Math.round(image.getWidth() * scale);
    int height = (int) Math.round(image.getHeight() * scale);
    BufferedImage cropped = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = cropped.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, (size - width) / 2, (size - height) / 2, width, height, null);
    graphics.dispose();
    return cropped;
  }

  private static BufferedImage read(Path file) {
    BufferedImage image;
    try {
      image = ImageIO.read(file.toFile());
    } catch (IOException e) {
      throw new UserError("Cannot read the image %s: %s".formatted(file, e.getMessage()), e);
    }
    if (image == null) {
      throw new UserError(
          "Cannot read the image %s: it is not a PNG, JPEG, GIF or BMP file.".formatted(file));
    }
    return image;
  }

  /**
   * Writes an image into the array of pixels: first all red values, then all green values, and then
   * all blue values. Convolutions need the values of each colour in a separate plane.
   */
  private void write(BufferedImage image, float[] pixels, int at) {
    int area = size * size;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int rgb = image.getRGB(x, y);
        for (int colour = 0; colour < COLOURS; colour++) {
          int value = rgb >> 8 * (COLOURS - 1 - colour) & 0xff;
          pixels[at + colour * area + y * size + x] =
              (value / 255f - MEAN[colour]) / DEVIATION[colour];
        }
      }
    }
  }
}
