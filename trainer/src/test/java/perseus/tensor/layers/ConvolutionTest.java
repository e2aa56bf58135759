package perseus.tensor.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.model.Family;
import perseus.model.layer.Parameter;
import perseus.tensor.SmallModels;
import perseus.tensor.autograd.Kernels;
import perseus.tensor.autograd.Precision;
import perseus.tensor.autograd.Tape;
import perseus.tensor.data.ImageFolder;
import perseus.tensor.parameter.InitialValues;
import perseus.tensor.parameter.LocalParameter;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/**
 * Compares convolutions with plain loops. The library oneDNN stores channels in blocks, and some of
 * the tested numbers of channels do not fill the last block.
 */
class ConvolutionTest {
  private static final int SAMPLES = 2;
  private static final int MAPS = 8;
  private static final int REPEATS = 5;

  private final Random random = new Random(1);

  @ParameterizedTest
  @CsvSource({
    "3, 4, 7, 2", "3, 16, 7, 2", "6, 6, 3, 1", "8, 8, 3, 1", "20, 20, 3, 1", "16, 6, 3, 1",
    "48, 16, 3, 2", "112, 80, 3, 2", "6, 6, 3, 2", "8, 12, 1, 1", "8, 12, 1, 2", "16, 16, 3, 1",
    "32, 32, 3, 2", "64, 64, 3, 2", "64, 32, 1, 1", "32, 64, 1, 2"
  })
  void outputsAndGradientsEqualThoseOfPlainLoops(int inputs, int outputs, int size, int stride) {
    DjlRuntime.setThreads(1);
    float[] x = normal(SAMPLES * inputs * MAPS * MAPS);
    float[] gradient = normal(SAMPLES * outputs * (MAPS / stride) * (MAPS / stride));
    for (int i = 0; i < REPEATS; i++) {
      Loops loops = new Loops(inputs, outputs, size, stride);
      compare(loops, x, gradient, Precision.FP32, 1e-5);
    }
    Loops loops = new Loops(inputs, outputs, size, stride);
    compare(loops, x, gradient, Precision.BF16, 1.0 / 64);
  }

  private static void compare(
      Loops loops, float[] x, float[] gradient, Precision precision, double tolerance) {
    try (NDManager manager = DjlRuntime.newManager(Device.cpu());
        Kernels kernels = new Kernels(manager);
        Tape tape = new Tape(manager, kernels, TensorGroup.ALONE, true)) {
      LocalParameter weight = weight(manager, kernels, loops, precision);
      loops.run(x, weight.value().toFloatArray(), gradient);
      Convolution convolution = new Convolution(weight, loops.stride);
      fillFreedMemoryWithNan(manager);
      NDArray images = manager.create(x, new Shape(SAMPLES, loops.inputs, MAPS, MAPS));
      NDList y =
          tape.run(
              (recorder, received) ->
                  new NDList(convolution.apply(recorder, received.singletonOrThrow())),
              new NDList(precision.convert(kernels, images)));
      assertClose(kernels, y.singletonOrThrow(), loops.y, tolerance);
      fillFreedMemoryWithNan(manager);
      NDArray received = manager.create(gradient, y.singletonOrThrow().getShape());
      NDList gradients = tape.backward(new NDList(precision.convert(kernels, received)), manager);
      assertClose(kernels, weight.gradient(), loops.weightGradient, tolerance);
      // Training never needs the gradient of an image.
      if (loops.inputs != ImageFolder.COLOURS) {
        assertClose(kernels, gradients.singletonOrThrow(), loops.inputGradient, tolerance);
      }
    }
  }

  private static LocalParameter weight(
      NDManager manager, Kernels kernels, Loops loops, Precision precision) {
    Parameter parameter =
        new Parameter(
            "weight",
            List.of(loops.outputs, loops.inputs, loops.size, loops.size),
            Parameter.WHOLE);
    InitialValues values = InitialValues.of(SmallModels.of(Family.WIDE_RESNET), parameter, 7, 0);
    return new LocalParameter(parameter, manager, TensorGroup.ALONE, values, precision, kernels);
  }

  /** Allocates tensors of several sizes, fills them with NaN, and frees them. */
  private static void fillFreedMemoryWithNan(NDManager manager) {
    List<NDArray> tensors = new ArrayList<>();
    for (int size = 16; size < 1 << 17; size *= 2) {
      for (int i = 0; i < 4; i++) {
        tensors.add(manager.full(new Shape(size), Float.NaN));
      }
    }
    tensors.forEach(NDArray::close);
  }

  private float[] normal(int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertClose(
      Kernels kernels, NDArray actual, double[] expected, double tolerance) {
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    float[] values = kernels.run("float32", actual).stopGradient().toFloatArray();
    assertThat(values).hasSameSizeAs(expected);
    double difference = 0;
    for (int i = 0; i < values.length; i++) {
      // Math.max returns NaN if an argument is NaN, and the assertion below then fails.
      difference = Math.max(difference, Math.abs(values[i] - expected[i]));
    }
    assertThat(difference).isLessThan(tolerance * largest);
  }

  /** Computes a convolution and its gradients with loops that follow the definition. */
  private static final class Loops {
    final int inputs;
    final int outputs;
    final int size;
    final int stride;
    final double[] y;
    final double[] inputGradient;
    final double[] weightGradient;

    Loops(int inputs, int outputs, int size, int stride) {
      this.inputs = inputs;
      this.outputs = outputs;
      this.size = size;
      this.stride = stride;
      y = new double[SAMPLES * outputs * (MAPS / stride) * (MAPS / stride)];
      inputGradient = new double[SAMPLES * inputs * MAPS * MAPS];
      weightGradient = new double[outputs * inputs * size * size];
    }

    void run(float[] x, float[] weight, float[] gradient) {
      int side = MAPS / stride;
      for (int at = 0; at < y.length; at++) {
        int column = at % side * stride - size / 2;
        int row = at / side % side * stride - size / 2;
        int output = at / (side * side) % outputs;
        int sample = at / (side * side * outputs);
        for (int tap = 0; tap < inputs * size * size; tap++) {
          int h = row + tap / size % size;
          int w = column + tap % size;
          if (h >= 0 && h < MAPS && w >= 0 && w < MAPS) {
            int source = ((sample * inputs + tap / (size * size)) * MAPS + h) * MAPS + w;
            int factor = output * inputs * size * size + tap;
            y[at] += (double) x[source] * weight[factor];
            inputGradient[source] += (double) gradient[at] * weight[factor];
            weightGradient[factor] += (double) gradient[at] * x[source];
          }
        }
      }
    }
  }
}
