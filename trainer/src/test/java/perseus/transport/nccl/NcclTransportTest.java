package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport.Stream;

class NcclTransportTest {
  private StubNccl stub;

  @BeforeEach
  void load() {
    stub = StubNccl.load();
  }

  @AfterEach
  void communicatorsAreUsedAsNcclAllows() {
    assertThat(stub.calls("misuse")).isZero();
  }

  private static float[] values(int rank, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(rank * 31 + i) * (i % 7 == 0 ? 1e6f : 1);
    }
    return values;
  }

  private static NDArray receive(
      NcclTransport transport, int from, Stream stream, NDManager manager, long... shape) {
    return transport.receive(from, stream, new Shape(shape), DataType.FLOAT32, manager);
  }

  @Test
  void allMembersGetTheSumOverAllMembers() throws Exception {
    for (int count : new int[] {1, 1000, 100_003}) {
      List<float[]> sums =
          ThreadRanks.of(3)
              .run(
                  List.of(),
                  (rank, transport, manager) -> {
                    NDArray tensor = manager.create(values(rank, count));
                    transport.group(0, List.of(0, 1, 2)).sum(tensor);
                    transport.awaitSums();
                    return tensor.toFloatArray();
                  });
      float[] expected = values(0, count);
      for (int rank = 1; rank < 3; rank++) {
        float[] term = values(rank, count);
        for (int i = 0; i < count; i++) {
          expected[i] += term[i];
        }
      }
      assertThat(sums).allSatisfy(sum -> assertThat(Arrays.equals(sum, expected)).isTrue());
    }
  }

  @Test
  void transposedScalarEmptyAndGroupedTensorsAreSummedInPlace() throws Exception {
    List<Boolean> correct =
        ThreadRanks.of(2)
            .run(
                List.of(),
                (rank, transport, manager) -> {
                  TensorGroup group = transport.group(0, List.of(0, 1));
                  NDArray transposed = manager.create(values(0, 6), new Shape(2, 3)).transpose();
                  NDArray slice = manager.ones(new Shape(4, 4)).get(":, 1:3");
                  NDArray scalar = manager.create(2f);
                  NDArray half = manager.create(1.5f).toType(DataType.FLOAT16, true);
                  float[] before = transposed.toFloatArray();
                  group.sum(manager.create(new Shape(0)));
                  group.sumAll(List.of(transposed, slice, scalar, half));
                  transport.awaitSums();
                  for (int i = 0; i < before.length; i++) {
                    before[i] += before[i];
                  }
                  return Arrays.equals(before, transposed.toFloatArray())
                      && slice.eq(2).all().getBoolean()
                      && scalar.getFloat() == 4
                      && half.toType(DataType.FLOAT32, true).getFloat() == 3;
                });
    assertThat(correct).containsOnly(true);
  }

  @Test
  void tensorsOfEachDirectionArriveInTheirOrder() throws Exception {
    List<List<Float>> seen =
        ThreadRanks.of(2)
            .run(
                ThreadRanks.both(),
                (rank, transport, manager) -> {
                  int other = 1 - rank;
                  for (int i = 0; i < 5; i++) {
                    transport.send(other, Stream.ACTIVATION, manager.create(100f * rank + i));
                    transport.send(other, Stream.GRADIENT, manager.create(100f * rank + 10 + i));
                  }
                  List<Float> received = new ArrayList<>();
                  for (Stream stream : List.of(Stream.GRADIENT, Stream.ACTIVATION)) {
                    for (int i = 0; i < 5; i++) {
                      received.add(receive(transport, other, stream, manager).getFloat());
                    }
                  }
                  return received;
                });
    assertThat(seen.get(0))
        .containsExactly(110f, 111f, 112f, 113f, 114f, 100f, 101f, 102f, 103f, 104f);
    assertThat(seen.get(1)).containsExactly(10f, 11f, 12f, 13f, 14f, 0f, 1f, 2f, 3f, 4f);
  }

  /**
   * The sender closes its tensor after the send. If the memory were freed at once, later tensors
   * would overwrite it.
   */
  @Test
  void memoryOfASentTensorIsKeptUntilTheTensorIsReceived() throws Exception {
    int count = 50_000;
    List<Boolean> correct =
        ThreadRanks.of(2)
            .run(
                ThreadRanks.both(),
                (rank, transport, manager) -> {
                  if (rank == 0) {
                    for (int i = 0; i < 20; i++) {
                      try (NDArray values = manager.create(values(i, count));
                          NDArray computed = values.neg()) {
                        transport.send(1, Stream.ACTIVATION, computed);
                      }
                      manager.ones(new Shape(count));
                    }
                    transport.send(1, Stream.GRADIENT, manager.create(0f));
                    return true;
                  }
                  receive(transport, 0, Stream.GRADIENT, manager);
                  boolean equal = true;
                  for (int i = 0; i < 20; i++) {
                    NDArray received =
                        receive(transport, 0, Stream.ACTIVATION, manager, count).neg();
                    equal &= Arrays.equals(received.toFloatArray(), values(i, count));
                  }
                  return equal;
                });
    assertThat(correct).containsOnly(true);
  }

  @Test
  void transposedEmptyAndHalfPrecisionTensorsAreSent() throws Exception {
    List<Boolean> correct =
        ThreadRanks.of(2)
            .run(
                ThreadRanks.both(),
                (rank, transport, manager) -> {
                  NDArray tensor = manager.create(values(0, 6), new Shape(2, 3));
                  if (rank == 0) {
                    transport.send(1, Stream.ACTIVATION, tensor.transpose());
                    transport.send(1, Stream.ACTIVATION, manager.create(new Shape(0, 3)));
                    transport.send(1, Stream.ACTIVATION, tensor.toType(DataType.FLOAT16, true));
                    return true;
                  }
                  NDArray transposed = receive(transport, 0, Stream.ACTIVATION, manager, 3, 2);
                  NDArray empty = receive(transport, 0, Stream.ACTIVATION, manager, 0, 3);
                  NDArray half =
                      transport.receive(
                          0, Stream.ACTIVATION, new Shape(2, 3), DataType.FLOAT16, manager);
                  return transposed.contentEquals(tensor.transpose())
                      && empty.isEmpty()
                      && half.contentEquals(tensor.toType(DataType.FLOAT16, true));
                });
    assertThat(correct).containsOnly(true);
  }

  @Test
  void bfloat16TensorsAreSummedAndSentWithoutConversion() throws Exception {
    List<Boolean> correct =
        ThreadRanks.of(2)
            .run(
                ThreadRanks.both(),
                (rank, transport, manager) -> {
                  NDArray tensor = Bfloat16.create(manager, 1.5f, -300, 0.0078125f);
                  if (rank == 0) {
                    transport.send(1, Stream.ACTIVATION, tensor);
                  } else {
                    NDArray bits =
                        transport.receive(
                            0, Stream.ACTIVATION, new Shape(3), DataType.FLOAT16, manager);
                    assertThat(Bfloat16.values(bits)).containsExactly(1.5f, -300, 0.0078125f);
                  }
                  transport.group(0, List.of(0, 1)).sum(tensor);
                  return Arrays.equals(Bfloat16.values(tensor), new float[] {3, -600, 0.015625f});
                });
    assertThat(correct).containsOnly(true);
  }

  @Test
  void transposedBfloat16TensorIsSummedInPlace() throws Exception {
    List<Boolean> correct =
        ThreadRanks.of(2)
            .run(
                List.of(),
                (rank, transport, manager) -> {
                  NDArray tensor = Bfloat16.create(manager, 1, 2, 3, 4);
                  NDArray transposed = tensor.reshape(2, 2).transpose();
                  transport.group(0, List.of(0, 1)).sum(transposed);
                  return Arrays.equals(Bfloat16.values(tensor), new float[] {2, 4, 6, 8});
                });
    assertThat(correct).containsOnly(true);
  }

  /**
   * Rank 0 starts its sums and then sends a tensor. Rank 1 starts its sums only after it has
   * received this tensor. So the test would not end if the send waited for the started sums.
   */
  @Test
  void sendsAndOtherSumsDoNotWaitForStartedSums() throws Exception {
    int count = 100_000;
    List<Boolean> correct =
        ThreadRanks.of(2)
            .run(
                ThreadRanks.both(),
                (rank, transport, manager) -> {
                  TensorGroup replicas = transport.group(0, List.of(0, 1));
                  TensorGroup other = transport.group(1, List.of(0, 1));
                  NDArray first = manager.create(values(rank, count));
                  NDArray second = manager.ones(new Shape(count));
                  if (rank == 0) {
                    replicas.start(List.of(first, second));
                    transport.send(1, Stream.ACTIVATION, manager.create(5f));
                  } else {
                    receive(transport, 0, Stream.ACTIVATION, manager);
                    replicas.start(List.of(first, second));
                  }
                  NDArray summed = manager.create(3f);
                  other.sum(summed);
                  NDArray third = manager.create(7f);
                  replicas.start(List.of(third));
                  replicas.join();
                  NDArray later = manager.create(11f);
                  replicas.sum(later);
                  transport.awaitSums();
                  float[] expected = values(0, count);
                  float[] term = values(1, count);
                  for (int i = 0; i < count; i++) {
                    expected[i] += term[i];
                  }
                  return Arrays.equals(first.toFloatArray(), expected)
                      && second.eq(2).all().getBoolean()
                      && summed.getFloat() == 6
                      && third.getFloat() == 14
                      && later.getFloat() == 22;
                });
    assertThat(correct).containsOnly(true);
  }

  @Test
  void communicatorsAreDestroyedAtTheEnd() throws Exception {
    ThreadRanks.of(2)
        .run(
            ThreadRanks.both(),
            (rank, transport, manager) -> transport.group(0, List.of(0, 1)).size());
    assertThat(stub.calls("ncclCommInitRankConfig")).isEqualTo(10);
    assertThat(stub.calls("ncclCommFinalize")).isEqualTo(10);
    assertThat(stub.calls("ncclCommDestroy")).isEqualTo(10);
    assertThat(stub.calls("ncclCommAbort")).isZero();
  }
}
