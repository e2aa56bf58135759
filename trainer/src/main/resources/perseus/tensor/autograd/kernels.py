class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # x (..., inputs), weight (outputs, inputs) -> (..., outputs), without automatic differentiation.
  def linear(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.linear(x.detach(), weight.detach(), bias.detach())

  def linear_without_bias(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(x.detach(), weight.detach())

  # Backward of a linear layer: returns the input's gradient, and adds to the weight's gradient.
  def linear_backward(self: __torch__.Kernels, gradient: Tensor, x: Tensor, weight: Tensor, weight_gradient: Tensor) -> Tensor:
    rows = torch.reshape(gradient, [-1, torch.size(weight, 0)])
    inputs = torch.reshape(x.detach(), [-1, torch.size(weight, 1)])
    _0 = torch.addmm_(weight_gradient, torch.t(rows), inputs)
    return torch.view_as(torch.mm(rows, weight.detach()), x)

  # Backward of a bias: adds to the bias's gradient.
  def bias_backward(self: __torch__.Kernels, gradient: Tensor, bias_gradient: Tensor) -> Tensor:
    rows = torch.reshape(gradient, [-1, torch.size(bias_gradient, 0)])
    return torch.add_(bias_gradient, torch.sum(rows, [0]))

  def gelu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.gelu(x, approximate="none")

  def gelu_tanh(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.gelu(x, approximate="tanh")

  # Attention. qkv: queries, keys and values (samples, tokens, heads, 3, width). Returns (samples, tokens, heads, width).
  def attention(self: __torch__.Kernels, qkv: Tensor) -> Tensor:
    q, k, v = torch.unbind(torch.permute(qkv, [3, 0, 2, 1, 4]))
    return torch.transpose(torch.scaled_dot_product_attention(q, k, v, None, 0., False), 1, 2)

  def causal_attention(self: __torch__.Kernels, qkv: Tensor) -> Tensor:
    q, k, v = torch.unbind(torch.permute(qkv, [3, 0, 2, 1, 4]))
    return torch.transpose(torch.scaled_dot_product_attention(q, k, v, None, 0., True), 1, 2)

  # The bias is added to the scores before the softmax; minus infinity masks a score.
  def biased_attention(self: __torch__.Kernels, qkv: Tensor, bias: Tensor) -> Tensor:
    q, k, v = torch.unbind(torch.permute(qkv, [3, 0, 2, 1, 4]))
    return torch.transpose(torch.scaled_dot_product_attention(q, k, v, bias, 0., False), 1, 2)

  # Attention without scaling of the scores. q, k, v: (samples, tokens, heads, width) each.
  def unscaled_attention(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    attended = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), None, 0., False, scale=1.)
    return torch.transpose(attended, 1, 2)

  # Like unscaled_attention, with biases and a mask (tokens, tokens) added to the scores. The bias of
  # a pair of tokens is taken from a table (buckets, heads) by the pair's bucket (tokens, tokens).
  def relative_attention(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor, table: Tensor, buckets: Tensor, mask: Tensor) -> Tensor:
    bias = torch.unsqueeze(torch.permute(torch.embedding(table, buckets), [2, 0, 1]), 0)
    attended = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), torch.add(bias, mask), 0., False, scale=1.)
    return torch.transpose(attended, 1, 2)

  # Normalization of the last dimension by the root of its mean square.
  def rms_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    square = torch.mean(torch.mul(x, x), [-1], True)
    return torch.mul(torch.mul(x, torch.rsqrt(torch.add(square, 1e-06))), weight)

  def relu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.relu(x)

  # A convolution that keeps height and width.
  def convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    padding = torch.size(weight, 2) // 2
    return torch.conv2d(x, weight, None, [1, 1], [padding, padding])

  # A convolution that halves height and width.
  def halving_convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    padding = torch.size(weight, 2) // 2
    return torch.conv2d(x, weight, None, [2, 2], [padding, padding])

  # The same two by PyTorch's native CPU kernel; perseus.tensor.layers.Convolution explains why.
  def native_convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    size = torch.size(weight, 2)
    return torch.thnn_conv2d(x, weight, [size, size], None, [1, 1], [size // 2, size // 2])

  def native_halving_convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    size = torch.size(weight, 2)
    return torch.thnn_conv2d(x, weight, [size, size], None, [2, 2], [size // 2, size // 2])

  # Normalization of each channel by mean and variance over the microbatch.
  def batch_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.batch_norm(x, weight, bias, None, None, True, 0.1, 1e-05, False)

  def batch_norm_relu(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu_(torch.batch_norm(x, weight, bias, None, None, True, 0.1, 1e-05, False))

  def add_relu(self: __torch__.Kernels, x: Tensor, y: Tensor) -> Tensor:
    return torch.relu_(torch.add(x, y))

  def max_pool(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.max_pool2d(x, [3, 3], [2, 2], [1, 1])

  # Mean over height and width, a linear layer, and the mean cross entropy of the classes.
  def classify(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor, labels: Tensor) -> Tensor:
    logits = torch.linear(torch.mean(x, [2, 3]), weight, bias)
    return torch.cross_entropy_loss(logits, labels)

  # Lookup in a part of a table that starts at token `first`; tokens of other parts give zeros.
  def embedding(self: __torch__.Kernels, tokens: Tensor, table: Tensor, first: Tensor) -> Tensor:
    local = torch.sub(tokens, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(table, 0)))
    rows = torch.embedding(table.detach(), torch.mul(local, here))
    return torch.mul(rows, torch.unsqueeze(here, -1))

  # Backward of embedding: adds to the table's gradient.
  def embedding_backward(self: __torch__.Kernels, gradient: Tensor, tokens: Tensor, table_gradient: Tensor, first: Tensor) -> Tensor:
    local = torch.reshape(torch.sub(tokens, first), [-1])
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(table_gradient, 0)))
    rows = torch.mul(torch.reshape(gradient, [-1, torch.size(table_gradient, 1)]), torch.unsqueeze(here, -1))
    return torch.index_add_(table_gradient, 0, torch.mul(local, here), rows)

  # Replaces logits by exp(logits - maximum of the row) in place. Returns three columns with an entry
  # per row: the maximum, the logarithm of the row's sum of exp(logits), and the logit of the label
  # (0 if the label is not in this part of the vocabulary).
  # On a CPU, 16 rows are processed at a time, so that they stay in the cache.
  def exponentiate_(self: __torch__.Kernels, logits: Tensor, labels: Tensor, first: Tensor) -> Tensor:
    rows = torch.size(logits, 0)
    local = torch.sub(labels, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(logits, 1)))
    columns = torch.unsqueeze(torch.mul(local, here), 1)
    statistics = torch.new_empty(logits, [rows, 3])
    at = 0
    step = rows if logits.is_cuda else 16
    while at < rows:
      end = min(at + step, rows)
      block = torch.slice(logits, 0, at, end)
      maximum = torch.amax(block, [1], True)
      label = torch.gather(block, 1, torch.slice(columns, 0, at, end))
      _0 = torch.exp_(torch.sub_(block, maximum))
      total = torch.add(torch.log(torch.sum(block, [1], True)), maximum)
      _1 = torch.copy_(torch.slice(statistics, 0, at, end), torch.cat([maximum, total, label], 1))
      at = end
    _2 = torch.mul_(torch.select(statistics, 1, 2), here)
    return statistics

  def log_sum_exp(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.logsumexp(x, [1])

  # Backward of the head, given the exponentials that `exponentiate_` computed: returns the input's
  # gradient, and adds to the table's gradient. With the factor f and the weight w of a row, the
  # gradient with respect to its logits is f * exponentials, minus w at the label.
  def head_backward(self: __torch__.Kernels, exponentials: Tensor, factors: Tensor, weights: Tensor, labels: Tensor, first: Tensor, x: Tensor, table: Tensor, table_gradient: Tensor) -> Tensor:
    inputs = torch.reshape(x.detach(), [-1, torch.size(table, 1)])
    local = torch.sub(labels, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(table, 0)))
    columns = torch.mul(local, here)
    subtracted = torch.unsqueeze(torch.mul(weights, here), 1)
    gradient = torch.mul_(torch.mm(exponentials, table.detach()), torch.unsqueeze(factors, 1))
    _0 = torch.sub_(gradient, torch.mul(torch.embedding(table.detach(), columns), subtracted))
    _1 = torch.addmm_(table_gradient, torch.t(exponentials), torch.mul(inputs, torch.unsqueeze(factors, 1)))
    _2 = torch.index_add_(table_gradient, 0, columns, torch.neg(torch.mul(inputs, subtracted)))
    return torch.view_as(gradient, x)

  # Backward of the head's bias: adds to the bias's gradient.
  def head_bias_backward(self: __torch__.Kernels, exponentials: Tensor, factors: Tensor, weights: Tensor, labels: Tensor, first: Tensor, bias_gradient: Tensor) -> Tensor:
    local = torch.sub(labels, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(bias_gradient, 0)))
    _0 = torch.addmv_(bias_gradient, torch.t(exponentials), factors)
    return torch.index_add_(bias_gradient, 0, torch.mul(local, here), torch.neg(torch.mul(weights, here)))

  # A step of AdamW in place; sets the gradient to zero. On a CPU, 262144 elements are processed at a
  # time, so that they stay in the cache. `rates` holds: step size, weight decay times learning rate,
  # beta1, beta2, root of the second moment's bias correction, epsilon.
  def adamw_(self: __torch__.Kernels, value: Tensor, gradient: Tensor, first: Tensor, second: Tensor, rates: Tensor) -> Tensor:
    step = float(rates[0])
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
      _2 = torch.addcdiv_(torch.mul_(p, 1. - decay), m, root, value=-step)
      _3 = torch.zero_(g)
      at = end
    return value

  # Sets all elements to zero.
  def clear_(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.zero_(x)
