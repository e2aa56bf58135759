package perseus.extension;

import java.util.ServiceConfigurationError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perseus.io.UserError;

/** Explains the errors of extensions in words, as a part of a sentence without a full stop. */
final class Fault {
  private static final Pattern MISSING = Pattern.compile("Provider (\\S+) not found");
  private static final Pattern OTHER_TYPE = Pattern.compile("(\\S+) not a subtype");
  private static final Pattern CONSTRUCTOR = Pattern.compile("(\\S+) Unable to get public no-arg");
  private static final Pattern CLASS_NAME = Pattern.compile("[\\w$.]+");

  private Fault() {}

  /** Explains an error. */
  static String of(Throwable error) {
    if (error instanceof ServiceConfigurationError) {
      String message = String.valueOf(error.getMessage());
      return error.getCause() == null || CONSTRUCTOR.matcher(message).find()
          ? ofServiceFile(message)
          : of(error.getCause());
    }
    if (error instanceof ExceptionInInitializerError && error.getCause() != null) {
      return of(error.getCause());
    }
    if (error instanceof UserError) {
      return error.getMessage().replaceFirst("\\.$", "");
    }
    if (error instanceof UnsupportedClassVersionError) {
      return "it was compiled for a newer Java than this one, which is Java %d"
          .formatted(Runtime.version().feature());
    }
    if (error instanceof NoClassDefFoundError && isClassName(error.getMessage())) {
      return missing(error.getMessage().replace('/', '.'));
    }
    if (error instanceof LinkageError) {
      return otherVersion(error.getMessage());
    }
    return oneLine(error.toString());
  }

  private static boolean isClassName(String text) {
    return text != null && CLASS_NAME.matcher(text.replace('/', '.')).matches();
  }

  private static String missing(String className) {
    return className.startsWith("perseus.")
        ? otherVersion("there is no class " + className)
        : "it needs the class %s, which is not on the class path".formatted(className);
  }

  /**
   * Explains that an extension was compiled for a version of Perseus that differs from the running
   * version.
   */
  static String otherVersion(String difference) {
    return "it was compiled for another version of Perseus (%s)"
        .formatted(oneLine(String.valueOf(difference)));
  }

  /** Explains an error of {@link java.util.ServiceLoader} that has no other error as its cause. */
  private static String ofServiceFile(String message) {
    Matcher missing = MISSING.matcher(message);
    if (missing.find()) {
      return "it names the class %s, which is missing".formatted(missing.group(1));
    }
    Matcher otherType = OTHER_TYPE.matcher(message);
    if (otherType.find()) {
      return "its class %s does not implement %s"
          .formatted(otherType.group(1), message.replaceFirst(":.*", ""));
    }
    Matcher constructor = CONSTRUCTOR.matcher(message);
    if (constructor.find()) {
      return "its class %s has no public constructor without parameters"
          .formatted(constructor.group(1));
    }
    return oneLine(message);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceFirst("\\.$", "");
  }
}
