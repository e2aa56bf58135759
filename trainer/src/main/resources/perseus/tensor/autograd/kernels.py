class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # In TorchScript, numbers stand for the types of elements: 5 is float16, 6 is float32, 15 is bfloat16.
  # If the operands are float16 or bfloat16, products and activations have the type of the operands.
  # Statistics, sums over many elements, losses and gradients of parameters are always float32.
  # PyTorch's automatic differentiation does not record operations on tensors that detach has returned.
  def float16(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.to(x.detach(), 5)

  def bfloat16(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.to(x.detach(), 15)

  def float32(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.to(x, 6)

  def type_as(self: __torch__.Kernels, x: Tensor, other: Tensor) -> Tensor:
    return torch.type_as(x, other)

  # Returns a tensor with the bits of x and the type float16. The elements of x must have two bytes.
  def bits_as_float16(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.view_copy(torch.contiguous(x), dtype=5)

  def bits_as_bfloat16(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.view_copy(x, dtype=15)

  # Adds the product of the matrices a and b to total in place.
  # The matrices may be float16 or bfloat16 while total is float32.
  def add_product_(self: __torch__.Kernels, total: Tensor, a: Tensor, b: Tensor) -> Tensor:
    if ops.prim.dtype(total) == ops.prim.dtype(a):
      result = torch.addmm_(total, a, b)
    else:
      result = torch.add_(total, torch.mm(a, b))
    return result

  # Applies a linear layer. Shapes: x (..., inputs), weight (outputs, inputs), result (..., outputs).
  def linear(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.linear(x.detach(), weight.detach(), bias.detach())

  def linear_without_bias(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(x.detach(), weight.detach())

  # Adds bias to the last dimension of x in place.
  def add_bias_(self: __torch__.Kernels, x: Tensor, bias: Tensor) -> Tensor:
    return torch.add_(x.detach(), bias.detach())

  # Backward of a linear layer. Returns the gradient of x, and adds to weight_gradient in place.
  def linear_backward(self: __torch__.Kernels, gradient: Tensor, x: Tensor, weight: Tensor, weight_gradient: Tensor) -> Tensor:
    rows = torch.reshape(gradient, [-1, torch.size(weight, 0)])
    inputs = torch.reshape(x.detach(), [-1, torch.size(weight, 1)])
    _0 = self.add_product_(weight_gradient, torch.t(rows), inputs)
    return torch.view_as(torch.mm(rows, weight.detach()), x)

  # Backward of a linear layer with a bias. Returns the gradient of x, and adds to weight_gradient and
  # bias_gradient in place.
  def linear_backward_with_bias(self: __torch__.Kernels, gradient: Tensor, x: Tensor, weight: Tensor, weight_gradient: Tensor, bias_gradient: Tensor) -> Tensor:
    rows = torch.reshape(gradient, [-1, torch.size(bias_gradient, 0)])
    _0 = torch.add_(bias_gradient, torch.sum(rows, [0], False, dtype=6))
    return self.linear_backward(gradient, x, weight, weight_gradient)

  def gelu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.gelu(x.detach(), approximate="none")

  def gelu_tanh(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.gelu(x.detach(), approximate="tanh")

  # Backward of gelu. Returns the gradient of x.
  def gelu_backward(self: __torch__.Kernels, gradient: Tensor, x: Tensor) -> Tensor:
    return torch.gelu_backward(gradient, x.detach(), approximate="none")

  def gelu_tanh_backward(self: __torch__.Kernels, gradient: Tensor, x: Tensor) -> Tensor:
    return torch.gelu_backward(gradient, x.detach(), approximate="tanh")

  # Computes attention. The tensor qkv holds queries, keys and values, with the shape
  # (samples, tokens, heads, 3, width). The result has the shape (samples, tokens, heads, width).
  def attention(self: __torch__.Kernels, qkv: Tensor) -> Tensor:
    q, k, v = torch.unbind(qkv, 3)
    return torch.transpose(torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), None, 0., False), 1, 2)

  def causal_attention(self: __torch__.Kernels, qkv: Tensor) -> Tensor:
    q, k, v = torch.unbind(qkv, 3)
    return torch.transpose(torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), None, 0., True), 1, 2)

  # Computes attention, and adds bias to the attention scores before the softmax.
  # If an element of bias is minus infinity, its query does not attend to its key.
  def biased_attention(self: __torch__.Kernels, qkv: Tensor, bias: Tensor) -> Tensor:
    q, k, v = torch.unbind(qkv, 3)
    return torch.transpose(torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), bias, 0., False), 1, 2)

  # Computes attention without a division of the attention scores by the square root of the width.
  # The queries q, the keys k and the values v have the shape (samples, tokens, heads, width).
  def unscaled_attention(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    attended = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), None, 0., False, scale=1.)
    return torch.transpose(attended, 1, 2)

  # Does the same as unscaled_attention, but adds biases and a mask to the attention scores.
  # The tensor buckets of the shape (tokens, tokens) holds the number of a bucket for each query and key.
  # The table of the shape (buckets, heads) holds the bias of each bucket and head.
  # The mask has the shape (tokens, tokens).
  def relative_attention(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor, table: Tensor, buckets: Tensor, mask: Tensor) -> Tensor:
    bias = torch.unsqueeze(torch.permute(torch.embedding(table, buckets), [2, 0, 1]), 0)
    attended = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), torch.type_as(torch.add(bias, mask), q), 0., False, scale=1.)
    return torch.transpose(attended, 1, 2)

  # Normalizes the last dimension by its mean and variance.
  def layer_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    normalized, _0, _1 = torch.native_layer_norm(x.detach(), [torch.size(weight, 0)], weight.detach(), bias.detach(), 1e-05)
    return normalized

  # Does the same as layer_norm, but adds 1e-12 to the variance instead of 1e-5.
  def bert_layer_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    normalized, _0, _1 = torch.native_layer_norm(x.detach(), [torch.size(weight, 0)], weight.detach(), bias.detach(), 1e-12)
    return normalized

  # Backward of layer_norm. Returns the gradient of x, and adds to weight_gradient and bias_gradient in place.
  # The method computes the mean and the standard deviation of each row again, because storing the results of
  # the forward is slower.
  def layer_norm_backward(self: __torch__.Kernels, gradient: Tensor, x: Tensor, weight: Tensor, bias: Tensor, weight_gradient: Tensor, bias_gradient: Tensor) -> Tensor:
    return self.norm_backward(gradient, x, weight, bias, weight_gradient, bias_gradient, 1e-05)

  def bert_layer_norm_backward(self: __torch__.Kernels, gradient: Tensor, x: Tensor, weight: Tensor, bias: Tensor, weight_gradient: Tensor, bias_gradient: Tensor) -> Tensor:
    return self.norm_backward(gradient, x, weight, bias, weight_gradient, bias_gradient, 1e-12)

  def norm_backward(self: __torch__.Kernels, gradient: Tensor, x: Tensor, weight: Tensor, bias: Tensor, weight_gradient: Tensor, bias_gradient: Tensor, epsilon: float) -> Tensor:
    _2, mean, inverse = torch.native_layer_norm(x.detach(), [torch.size(weight, 0)], weight.detach(), bias.detach(), epsilon)
    of_x, of_weight, of_bias = torch.native_layer_norm_backward(gradient, x.detach(), [torch.size(weight, 0)], mean, inverse, weight.detach(), bias.detach(), [True, True, True])
    _0 = torch.add_(weight_gradient, of_weight)
    _1 = torch.add_(bias_gradient, of_bias)
    return of_x

  # Divides the last dimension by the root of its mean square, and multiplies it by weight.
  def rms_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    wide = torch.to(x, 6)
    square = torch.mean(torch.mul(wide, wide), [-1], True)
    return torch.type_as(torch.mul(torch.mul(wide, torch.rsqrt(torch.add(square, 1e-06))), weight), x)

  def relu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.relu(x)

  # Applies a convolution that keeps the height and width of the feature maps x.
  def convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    padding = torch.size(weight, 2) // 2
    return torch.conv2d(x, torch.type_as(weight, x), None, [1, 1], [padding, padding])

  # Applies a convolution that halves the height and width of the feature maps x.
  def halving_convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    padding = torch.size(weight, 2) // 2
    return torch.conv2d(x, torch.type_as(weight, x), None, [2, 2], [padding, padding])

  # Does the same as convolution, but with PyTorch's own implementation instead of oneDNN or NNPACK.
  # The class perseus.tensor.layers.Convolution explains the reason.
  def native_convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    size = torch.size(weight, 2)
    return torch.thnn_conv2d(x, torch.type_as(weight, x), [size, size], None, [1, 1], [size // 2, size // 2])

  def native_halving_convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    size = torch.size(weight, 2)
    return torch.thnn_conv2d(x, torch.type_as(weight, x), [size, size], None, [2, 2], [size // 2, size // 2])

  # Normalizes each channel by its mean and variance over the microbatch.
  def batch_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.batch_norm(x, weight, bias, None, None, True, 0.1, 1e-05, False)

  def batch_norm_relu(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu_(torch.batch_norm(x, weight, bias, None, None, True, 0.1, 1e-05, False))

  def add_relu(self: __torch__.Kernels, x: Tensor, y: Tensor) -> Tensor:
    return torch.relu_(torch.add(x, y))

  def max_pool(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.max_pool2d(x, [3, 3], [2, 2], [1, 1])

  # Computes the mean over height and width, applies a linear layer, and returns the mean cross entropy of the classes.
  def classify(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor, labels: Tensor) -> Tensor:
    logits = torch.linear(torch.mean(x, [2, 3], False, dtype=6), weight, bias)
    return torch.cross_entropy_loss(logits, labels)

  # Looks up the vector of each token in this rank's part of the table of token vectors.
  # The first row of this part belongs to the token `first`. A token of another part gets a vector of zeros.
  def embedding(self: __torch__.Kernels, tokens: Tensor, table: Tensor, first: Tensor) -> Tensor:
    local = torch.sub(tokens, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(table, 0)))
    rows = torch.embedding(table.detach(), torch.mul(local, here))
    return torch.mul(rows, torch.unsqueeze(here, -1))

  # Backward of embedding. Adds to table_gradient in place.
  def embedding_backward(self: __torch__.Kernels, gradient: Tensor, tokens: Tensor, table_gradient: Tensor, first: Tensor) -> Tensor:
    local = torch.reshape(torch.sub(tokens, first), [-1])
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(table_gradient, 0)))
    rows = torch.mul(torch.reshape(gradient, [-1, torch.size(table_gradient, 1)]), torch.unsqueeze(here, -1))
    return torch.index_add_(table_gradient, 0, torch.mul(local, here), torch.to(rows, 6))

  # Returns the weight of each position in the mean loss: 1 / labels, or 0 for a position without a label.
  def label_weights(self: __torch__.Kernels, labels: Tensor) -> Tensor:
    counted = torch.to(torch.ge(labels, 0), 6)
    return torch.div(counted, torch.clamp_min(torch.sum(counted), 1.))

  # Replaces each logit z by exp(z - m) in place, where m is the maximum of the logits in its row.
  # Returns a float32 tensor with three columns and one row for each row of logits.
  # Column 0 is the maximum m. Column 1 is the logarithm of the sum of exp(z) over the row.
  # Column 2 is the logit of the label, or 0 if the label is not in this rank's part of the vocabulary.
  # On a CPU, the method processes 16 rows at a time, because 16 rows fit into the cache. On a GPU, the method
  # processes all float32 rows at once. For other types, the method processes 2048 rows at a time, because a
  # float32 copy of all rows needs much memory.
  def exponentiate_(self: __torch__.Kernels, logits: Tensor, labels: Tensor, first: Tensor) -> Tensor:
    rows = torch.size(logits, 0)
    local = torch.sub(labels, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(logits, 1)))
    columns = torch.unsqueeze(torch.mul(local, here), 1)
    statistics = torch.new_empty(logits, [rows, 3], dtype=6)
    at = 0
    step = 16
    if logits.is_cuda:
      step = rows if ops.prim.dtype(logits) == 6 else 2048
    while at < rows:
      end = min(at + step, rows)
      part = torch.slice(logits, 0, at, end)
      block = torch.to(part, 6)
      maximum = torch.amax(block, [1], True)
      label = torch.gather(block, 1, torch.slice(columns, 0, at, end))
      _0 = torch.exp_(torch.sub_(block, maximum))
      total = torch.add(torch.log(torch.sum(block, [1], True)), maximum)
      _1 = torch.copy_(torch.slice(statistics, 0, at, end), torch.cat([maximum, total, label], 1))
      _2 = torch.copy_(part, block)
      at = end
    _3 = torch.mul_(torch.select(statistics, 1, 2), here)
    return statistics

  def log_sum_exp(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.logsumexp(x, [1])

  # Backward of the head. Returns the gradient of x, and adds to table_gradient in place.
  # The tensor exponentials holds the results of exponentiate_. A row of logits has a factor f and a weight w.
  # The gradient with respect to a logit is f * exponential. For the logit of the label, it is f * exponential - w.
  def head_backward(self: __torch__.Kernels, exponentials: Tensor, factors: Tensor, weights: Tensor, labels: Tensor, first: Tensor, x: Tensor, table: Tensor, table_gradient: Tensor) -> Tensor:
    inputs = torch.reshape(x.detach(), [-1, torch.size(table, 1)])
    local = torch.sub(labels, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(table, 0)))
    columns = torch.mul(local, here)
    subtracted = torch.unsqueeze(torch.mul(weights, here), 1)
    gradient = torch.mul_(torch.mm(exponentials, table.detach()), torch.unsqueeze(factors, 1))
    _0 = torch.sub_(gradient, torch.mul(torch.embedding(table.detach(), columns), subtracted))
    scaled = torch.type_as(torch.mul(inputs, torch.unsqueeze(factors, 1)), exponentials)
    _1 = self.add_product_(table_gradient, torch.t(exponentials), scaled)
    _2 = torch.index_add_(table_gradient, 0, columns, torch.neg(torch.mul(inputs, subtracted)))
    return torch.view_as(gradient, x)

  # Backward of the bias of the head. Adds to bias_gradient in place.
  def head_bias_backward(self: __torch__.Kernels, exponentials: Tensor, factors: Tensor, weights: Tensor, labels: Tensor, first: Tensor, bias_gradient: Tensor) -> Tensor:
    local = torch.sub(labels, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(bias_gradient, 0)))
    if ops.prim.dtype(exponentials) == 6:
      _0 = torch.addmv_(bias_gradient, torch.t(exponentials), factors)
    else:
      _1 = torch.add_(bias_gradient, torch.mv(torch.t(exponentials), torch.type_as(factors, exponentials)))
    return torch.index_add_(bias_gradient, 0, torch.mul(local, here), torch.neg(torch.mul(weights, here)))

  # Runs a step of AdamW on one parameter in place, and sets the gradient to zero.
  # The tensor rates holds six numbers: the step size, the weight decay times the learning rate, beta1, beta2,
  # the square root of the bias correction of the second moment, and epsilon.
  # On a CPU, the method processes 262144 elements at a time, because these elements fit into the cache.
  def adamw_(self: __torch__.Kernels, value: Tensor, gradient: Tensor, first: Tensor, second: Tensor, step: Tensor, rates: Tensor) -> Tensor:
    size_of_step = float(rates[0])
    decay = float(rates[1])
    beta1 = float(rates[2])
    beta2 = float(rates[3])
    correction = float(rates[4])
    epsilon = float(rates[5])
    values = torch.view(value.detach(), [-1])
    gradients = torch.view(gradient, [-1])
    firsts = torch.view(first, [-1])
    seconds = torch.view(second, [-1])
    size = torch.size(values, 0)
    at = 0
    part = size if values.is_cuda else 262144
    while at < size:
      end = min(at + part, size)
      p = torch.slice(values, 0, at, end)
      g = torch.slice(gradients, 0, at, end)
      m = torch.slice(firsts, 0, at, end)
      v = torch.slice(seconds, 0, at, end)
      _0 = torch.add_(torch.mul_(m, beta1), g, alpha=1. - beta1)
      _1 = torch.addcmul_(torch.mul_(v, beta2), g, g, value=1. - beta2)
      root = torch.add_(torch.div_(torch.sqrt(v), correction), epsilon)
      _2 = torch.addcdiv_(torch.mul_(p, 1. - decay), m, root, value=-size_of_step)
      _3 = torch.zero_(g)
      at = end
    return value

  # Does the same as adamw_ with one fused kernel of PyTorch. The trainer uses this method on GPUs, because each
  # operation of adamw_ would read and write whole tensors in the GPU's memory.
  # The tensor step holds the number of the step. The tensor rates holds five numbers: learning rate, beta1, beta2,
  # weight decay and epsilon.
  def fused_adamw_(self: __torch__.Kernels, value: Tensor, gradient: Tensor, first: Tensor, second: Tensor, step: Tensor, rates: Tensor) -> Tensor:
    # TorchScript removes an operation if its result is not used. So the method returns an element of the list
    # that the fused operation has changed.
    values = [value.detach()]
    _0 = torch._fused_adamw_(values, [gradient], [first], [second], annotate(List[Tensor], []), [step], lr=float(rates[0]), beta1=float(rates[1]), beta2=float(rates[2]), weight_decay=float(rates[3]), eps=float(rates[4]), amsgrad=False, maximize=False)
    _1 = torch.zero_(gradient)
    return values[0]

  # Multiplies a gradient by factor in place. Sets found to 1 if an element of the gradient is infinite or NaN.
  # The tensors factor and found have one element each.
  def unscale_(self: __torch__.Kernels, gradient: Tensor, found: Tensor, factor: Tensor) -> Tensor:
    gradients = [gradient]
    _0 = torch._amp_foreach_non_finite_check_and_unscale_(gradients, found, factor)
    return gradients[0]

  def increment_(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.add_(x, 1.)

  def zeros_like(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.zeros_like(x)

  def clear_(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.zero_(x)

  def copy_(self: __torch__.Kernels, target: Tensor, source: Tensor) -> Tensor:
    return torch.copy_(target, source.detach())
