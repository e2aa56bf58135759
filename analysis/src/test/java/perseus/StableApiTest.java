package perseus;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import perseus.profile.ProfileTable;

/** Tests what docs/library.md says about stable packages and about optional libraries. */
class StableApiTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("perseus");

  private static final List<String> STABLE = names("stable");
  private static final List<String> MAY_CHANGE = names("may change");

  private static final DescribedPredicate<JavaClass> IS_STABLE =
      describe("are stable", StableApiTest::isStable);

  /**
   * Returns the names in the first column of a table of docs/library.md. The title of this column
   * is {@code title}.
   */
  private static List<String> names(String title) {
    try {
      return Files.readString(Path.of(System.getProperty("perseus.root"), "docs/library.md"))
          .lines()
          .dropWhile(line -> !line.startsWith("| " + title + " |"))
          .skip(2)
          .takeWhile(line -> line.startsWith("| `"))
          .map(line -> line.split("`")[1])
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isStable(JavaClass type) {
    String name = outermost(type).getName();
    return !MAY_CHANGE.contains(name)
        && (STABLE.contains(name) || STABLE.contains(type.getPackageName()));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(StableApiTest::outermost).orElse(type);
  }

  private static boolean isShown(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  /** Returns the types that users of a class see, including the type arguments of generic types. */
  private static Stream<JavaClass> shownTypes(JavaClass type) {
    Stream<JavaType> parents =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    Stream<JavaType> members =
        type.getMembers().stream().filter(StableApiTest::isShown).flatMap(StableApiTest::typesOf);
    return Stream.concat(parents, members)
        .flatMap(shown -> shown.getAllInvolvedRawTypes().stream())
        .map(JavaClass::getBaseComponentType);
  }

  private static Stream<JavaType> typesOf(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit method = (JavaCodeUnit) member;
    return Stream.of(
            Stream.of(method.getReturnType()),
            method.getParameterTypes().stream(),
            method.getThrowsClause().getTypes().stream())
        .flatMap(types -> types);
  }

  private static boolean mayBeShown(JavaClass type) {
    return type.isPrimitive() || type.getPackageName().startsWith("java.") || isStable(type);
  }

  @Test
  void stableClassesShowOnlyTypesOfJavaAndOtherStableClasses() {
    classes()
        .that(IS_STABLE)
        .and()
        .arePublic()
        .should(
            new ArchCondition<>("show only stable types") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                shownTypes(type)
                    .filter(shown -> !mayBeShown(shown))
                    .map(shown -> type.getName() + " shows " + shown.getName())
                    .forEach(text -> events.add(SimpleConditionEvent.violated(type, text)));
              }
            })
        .check(CLASSES);
  }

  @Test
  void everyNameOfTheDocumentIsAPackageOrAClass() {
    assertThat(STABLE).hasSizeGreaterThan(5);
    assertThat(MAY_CHANGE).isNotEmpty().allSatisfy(name -> assertThat(contains(name)).isTrue());
    assertThat(STABLE)
        .allSatisfy(
            name -> assertThat(contains(name) || CLASSES.containPackage(name)).as(name).isTrue());
  }

  private static boolean contains(String name) {
    return CLASSES.contain(name);
  }

  @Test
  void onlyTheTableOfAProfileUsesTheOptionalLibrary() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(ProfileTable.class)
        .should()
        .dependOnClassesThat(resideInAPackage("tech.tablesaw.."))
        .check(CLASSES);
  }
}
