class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # (tokens..., inputs) x (outputs, inputs) -> (tokens..., outputs), outside of automatic differentiation.
  def linear(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.linear(x.detach(), weight.detach(), bias.detach())

  def linear_without_bias(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    return torch.linear(x.detach(), weight.detach())

  # The input's gradient of a linear; the weight's is added to what it already holds.
  def linear_backward(self: __torch__.Kernels, gradient: Tensor, x: Tensor, weight: Tensor, weight_gradient: Tensor) -> Tensor:
    rows = torch.reshape(gradient, [-1, torch.size(weight, 0)])
    inputs = torch.reshape(x.detach(), [-1, torch.size(weight, 1)])
    _0 = torch.addmm_(weight_gradient, torch.t(rows), inputs)
    return torch.view_as(torch.mm(rows, weight.detach()), x)

  def bias_backward(self: __torch__.Kernels, gradient: Tensor, bias_gradient: Tensor) -> Tensor:
    rows = torch.reshape(gradient, [-1, torch.size(bias_gradient, 0)])
    return torch.add_(bias_gradient, torch.sum(rows, [0]))

  def gelu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.gelu(x, approximate="none")

  def gelu_tanh(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.gelu(x, approximate="tanh")

  # Queries, keys and values (samples, tokens, heads, 3, width) -> (samples, tokens, heads, width).
  def attention(self: __torch__.Kernels, qkv: Tensor) -> Tensor:
    q, k, v = torch.unbind(torch.permute(qkv, [3, 0, 2, 1, 4]))
    return torch.transpose(torch.scaled_dot_product_attention(q, k, v, None, 0., False), 1, 2)

  def causal_attention(self: __torch__.Kernels, qkv: Tensor) -> Tensor:
    q, k, v = torch.unbind(torch.permute(qkv, [3, 0, 2, 1, 4]))
    return torch.transpose(torch.scaled_dot_product_attention(q, k, v, None, 0., True), 1, 2)

  # The bias is added to the scores before the softmax; it masks by minus infinity.
  def biased_attention(self: __torch__.Kernels, qkv: Tensor, bias: Tensor) -> Tensor:
    q, k, v = torch.unbind(torch.permute(qkv, [3, 0, 2, 1, 4]))
    return torch.transpose(torch.scaled_dot_product_attention(q, k, v, bias, 0., False), 1, 2)

  # Queries, keys and values (samples, tokens, heads, width) apart; scores are not scaled.
  def unscaled_attention(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    attended = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), None, 0., False, scale=1.)
    return torch.transpose(attended, 1, 2)

  # The same with biases from a table (buckets, heads) by the bucket of each pair of tokens, and a
  # mask (tokens, tokens) that is added.
  def relative_attention(self: __torch__.Kernels, q: Tensor, k: Tensor, v: Tensor, table: Tensor, buckets: Tensor, mask: Tensor) -> Tensor:
    bias = torch.unsqueeze(torch.permute(torch.embedding(table, buckets), [2, 0, 1]), 0)
    attended = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), torch.add(bias, mask), 0., False, scale=1.)
    return torch.transpose(attended, 1, 2)

  # Root-mean-square normalization of the last dimension.
  def rms_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    square = torch.mean(torch.mul(x, x), [-1], True)
    return torch.mul(torch.mul(x, torch.rsqrt(torch.add(square, 1e-06))), weight)

  def relu(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.relu(x)

  # A convolution that keeps the maps' size.
  def convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    padding = torch.size(weight, 2) // 2
    return torch.conv2d(x, weight, None, [1, 1], [padding, padding])

  # A convolution that halves the maps' size.
  def halving_convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    padding = torch.size(weight, 2) // 2
    return torch.conv2d(x, weight, None, [2, 2], [padding, padding])

  # The same two by PyTorch itself on a CPU, as perseus.tensor.layers.Convolution explains.
  def own_convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    size = torch.size(weight, 2)
    return torch.thnn_conv2d(x, weight, [size, size], None, [1, 1], [size // 2, size // 2])

  def own_halving_convolution(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
    size = torch.size(weight, 2)
    return torch.thnn_conv2d(x, weight, [size, size], None, [2, 2], [size // 2, size // 2])

  # Normalization of each channel by the moments of the microbatch.
  def batch_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.batch_norm(x, weight, bias, None, None, True, 0.1, 1e-05, False)

  def batch_norm_relu(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.relu_(torch.batch_norm(x, weight, bias, None, None, True, 0.1, 1e-05, False))

  def add_relu(self: __torch__.Kernels, x: Tensor, y: Tensor) -> Tensor:
    return torch.relu_(torch.add(x, y))

  def max_pool(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.max_pool2d(x, [3, 3], [2, 2], [1, 1])

  # Mean over the maps, then a linear, then the mean cross entropy of the classes.
  def classify(self: __torch__.Kernels, x: Tensor, weight: Tensor, bias: Tensor, labels: Tensor) -> Tensor:
    logits = torch.linear(torch.mean(x, [2, 3]), weight, bias)
    return torch.cross_entropy_loss(logits, labels)

  # The rows of a table's part that starts at token `first`; zeros for tokens of other parts.
  def embedding(self: __torch__.Kernels, tokens: Tensor, table: Tensor, first: Tensor) -> Tensor:
    local = torch.sub(tokens, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(table, 0)))
    rows = torch.embedding(table.detach(), torch.mul(local, here))
    return torch.mul(rows, torch.unsqueeze(here, -1))

  def embedding_backward(self: __torch__.Kernels, gradient: Tensor, tokens: Tensor, table_gradient: Tensor, first: Tensor) -> Tensor:
    local = torch.reshape(torch.sub(tokens, first), [-1])
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(table_gradient, 0)))
    rows = torch.mul(torch.reshape(gradient, [-1, torch.size(table_gradient, 1)]), torch.unsqueeze(here, -1))
    return torch.index_add_(table_gradient, 0, torch.mul(local, here), rows)

  # Turns logits into exp(logits - their row's maximum) in place; returns for each row, in columns:
  # that maximum, the log of the row's sum of exponentials, the label's logit.
  # On a CPU, rows are taken few at a time, so that they stay in cache.
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

  # Gradient of the head's input, from the exponentials that `exponentiate_` left. With row factors f
  # and label weights w, a row's gradient by its logits is f * exponentials - w at the label.
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

  def head_bias_backward(self: __torch__.Kernels, exponentials: Tensor, factors: Tensor, weights: Tensor, labels: Tensor, first: Tensor, bias_gradient: Tensor) -> Tensor:
    local = torch.sub(labels, first)
    here = torch.logical_and(torch.ge(local, 0), torch.lt(local, torch.size(bias_gradient, 0)))
    _0 = torch.addmv_(bias_gradient, torch.t(exponentials), factors)
    return torch.index_add_(bias_gradient, 0, torch.mul(local, here), torch.neg(torch.mul(weights, here)))

  # AdamW in place, on a CPU some elements at a time so that they stay in cache. The rates: step size,
  # weight decay times learning rate, beta1, beta2, root of the second moment's bias correction, epsilon.
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

  def clear_(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return torch.zero_(x)
