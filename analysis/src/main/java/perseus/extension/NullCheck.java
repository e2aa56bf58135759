package perseus.extension;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Calls an extension, and throws an error if it returns null. No method of an extension's interface
 * may return null. Without the check for null, a later error would not name the extension.
 */
final class NullCheck implements InvocationHandler {
  private final String kind;
  private final Object extension;

  private NullCheck(String kind, Object extension) {
    this.kind = kind;
    this.extension = extension;
  }

  /**
   * Returns an object that has the same interfaces as the given extension. Each method of the
   * returned object calls the extension and checks the result.
   */
  static <T> T around(String kind, Class<T> type, T extension) {
    Set<Class<?>> interfaces = new LinkedHashSet<>(Set.of(type));
    for (Class<?> next = extension.getClass(); next != null; next = next.getSuperclass()) {
      for (Class<?> candidate : next.getInterfaces()) {
        if (type.isAssignableFrom(candidate) && Modifier.isPublic(candidate.getModifiers())) {
          interfaces.add(candidate);
        }
      }
    }
    if (type.isSealed()) {
      interfaces.remove(type);
    }
    return type.cast(
        Proxy.newProxyInstance(
            extension.getClass().getClassLoader(),
            interfaces.toArray(Class<?>[]::new),
            new NullCheck(kind, extension)));
  }

  /**
   * Returns the class of an object; for an object from {@link #around}, the class of its extension.
   */
  static Class<?> typeOf(Object object) {
    return Proxy.isProxyClass(object.getClass())
            && Proxy.getInvocationHandler(object) instanceof NullCheck check
        ? check.extension.getClass()
        : object.getClass();
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("equals") && method.getDeclaringClass().equals(Object.class)) {
      return proxy == arguments[0];
    }
    Object result;
    try {
      result = method.invoke(extension, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (result == null && !method.getReturnType().equals(void.class)) {
      throw ServiceFiles.refused(
          kind,
          Extension.place(extension.getClass()),
          "its class %s returned null from the method %s"
              .formatted(extension.getClass().getName(), method.getName()),
          null);
    }
    return result;
  }
}
