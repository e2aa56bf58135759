package perseus.cli.common;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a mixin (class with fields for flags) whose flags are printed under a separate heading in
 * the help of a command.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface FlagGroup {
  /** Returns the heading, such as {@code Parallelism}. */
  String value();
}
