package perseus.extension;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import perseus.io.Named;
import perseus.io.UserError;

/**
 * Lists all objects of one kind that users choose by name: the objects of Perseus, and the objects
 * that extensions add. An extension is a public class on the class path with a public constructor
 * without parameters. Java's {@link ServiceLoader} finds an extension by the file {@code
 * META-INF/services/TYPE}, where TYPE is the name of the interface. The file {@code
 * META-INF/services/TYPE} lies in the jar or directory of the extension, and contains the name of
 * its class.
 *
 * <p>A registry loads its extensions when it is first used. A registry creates one object of each
 * extension, and uses this object until the process ends. The methods may be called by several
 * threads at the same time.
 *
 * @param <T> the interface that the objects implement
 */
public final class Registry<T> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final String kind;
  private final Class<T> type;
  private final Function<T, String> name;
  private final List<T> builtIn;
  private final List<String> reserved;
  private List<T> all;

  private Registry(
      String kind,
      Class<T> type,
      Function<T, String> name,
      List<T> builtIn,
      List<String> reserved) {
    this.kind = kind;
    this.type = type;
    this.name = name;
    this.builtIn = List.copyOf(builtIn);
    this.reserved = List.copyOf(reserved);
  }

  /**
   * Creates a registry.
   *
   * @param kind word for the sort of object in messages, such as "planner"
   * @param type the interface that extensions implement
   * @param name function that returns the name of an object; the name of an object must not change
   * @param builtIn the objects of Perseus itself, in the order in which users see them
   */
  public static <T> Registry<T> of(
      String kind, Class<T> type, Function<T, String> name, List<? extends T> builtIn) {
    return new Registry<>(kind, type, name, List.copyOf(builtIn), List.of());
  }

  /** Returns a copy of this registry in which no extension may have one of the given names. */
  public Registry<T> reserving(String... names) {
    return new Registry<>(kind, type, name, builtIn, List.of(names));
  }

  /**
   * Returns all objects. The objects of extensions follow the objects of Perseus, in the order of
   * the class path.
   *
   * @throws ExtensionError if an extension of this kind cannot be loaded, or if another object
   *     already has its name
   */
  public synchronized List<T> all() {
    if (all == null) {
      all = load();
    }
    return all;
  }

  /**
   * Returns the names of all objects, in the order of {@link #all}.
   *
   * @throws ExtensionError if {@link #all} throws this error
   */
  public List<String> names() {
    return all().stream().map(name).toList();
  }

  /**
   * Returns the object with a given name; empty if there is none.
   *
   * @throws ExtensionError if {@link #all} throws this error
   */
  public Optional<T> find(String given) {
    return all().stream().filter(object -> name.apply(object).equals(given)).findFirst();
  }

  /**
   * Returns the object with a given name.
   *
   * @throws UserError if no object has this name, or if an extension of this kind cannot be loaded
   */
  public T named(String given) {
    return Named.find(kind, given, all(), name);
  }

  /**
   * Returns the object with a given name, regardless of upper and lower case.
   *
   * @throws UserError if no object has this name, or if an extension of this kind cannot be loaded
   */
  public T namedIgnoringCase(String given) {
    return Named.findIgnoringCase(kind, given, all(), name);
  }

  private List<T> load() {
    List<T> own = new ArrayList<>(builtIn);
    List<T> added = new ArrayList<>();
    String home = Extension.place(type);
    for (Iterator<ServiceLoader.Provider<T>> providers = providers(); hasNext(providers); ) {
      T object = next(providers);
      (Extension.place(object.getClass()).equals(home) ? own : added).add(object);
    }
    Set<String> taken = new HashSet<>();
    reserved.forEach(text -> taken.add(lower(text)));
    own.forEach(object -> taken.add(lower(name.apply(object))));
    Set<String> ofPerseus = Set.copyOf(taken);
    List<Extension> extensions = new ArrayList<>();
    for (T object : added) {
      String text = name(object);
      if (!taken.add(lower(text))) {
        throw refused(
            object.getClass(),
            "its class %s has the name '%s', which %s has, too"
                .formatted(
                    object.getClass().getName(),
                    text,
                    ofPerseus.contains(lower(text)) ? "Perseus itself" : "another extension"));
      }
      extensions.add(new Extension(kind, text, object.getClass()));
    }
    extensions.forEach(Extensions::add);
    added.forEach(object -> own.add(NullCheck.around(kind, type, object)));
    return List.copyOf(own);
  }

  private Iterator<ServiceLoader.Provider<T>> providers() {
    return ServiceLoader.load(type).stream().iterator();
  }

  private boolean hasNext(Iterator<ServiceLoader.Provider<T>> providers) {
    try {
      return providers.hasNext();
    } catch (LinkageError | ServiceConfigurationError e) {
      throw ServiceFiles.broken(type, kind, e);
    }
  }

  private T next(Iterator<ServiceLoader.Provider<T>> providers) {
    Class<? extends T> implementation = null;
    try {
      ServiceLoader.Provider<T> provider = providers.next();
      implementation = provider.type();
      requireComplete(implementation);
      return provider.get();
    } catch (ExtensionError e) {
      throw e;
    } catch (LinkageError | ServiceConfigurationError | RuntimeException e) {
      throw implementation == null ? ServiceFiles.broken(type, kind, e) : failed(implementation, e);
    }
  }

  /** Checks that a class implements all methods that this version of Perseus calls. */
  private void requireComplete(Class<?> implementation) {
    for (Method method : implementation.getMethods()) {
      if (Modifier.isAbstract(method.getModifiers())) {
        throw refused(
            implementation,
            Fault.otherVersion(
                "its class %s lacks the method %s"
                    .formatted(implementation.getName(), method.getName())));
      }
    }
  }

  private String name(T object) {
    String text;
    try {
      text = name.apply(object);
    } catch (LinkageError | RuntimeException e) {
      throw failed(object.getClass(), e);
    }
    if (text == null || !NAME.matcher(text).matches()) {
      throw refused(
          object.getClass(),
          "its class %s has the name '%s', but a name consists of letters, digits, '.', '_' and '-'"
              .formatted(object.getClass().getName(), text));
    }
    return text;
  }

  private ExtensionError failed(Class<?> implementation, Throwable error) {
    return ServiceFiles.refused(
        kind,
        Extension.place(implementation),
        "its class %s fails: %s".formatted(implementation.getName(), Fault.of(error)),
        error);
  }

  private ExtensionError refused(Class<?> implementation, String fault) {
    return ServiceFiles.refused(kind, Extension.place(implementation), fault, null);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
